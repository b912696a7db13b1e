import { expect, test } from 'vitest';
import { createWorkplace, startHost } from './running-host.ts';

test('the host starts while its database does not answer, serves what needs none, and says why the rest fails', async () => {
  await using place = await createWorkplace();
  // nobody listens on that port
  await using host = await startHost(place, { DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/nothing' });
  expect(await (await host.fetch('/')).json()).toMatchObject({ name: 'Game panel', servers: null });
  const list = await host.admin('/api/plugins');
  expect(list.status).toBe(200);
  expect(JSON.stringify(await list.json())).toContain('STORE_UNAVAILABLE');
  expect(host.output()).toContain('PostgreSQL does not answer');
  expect(host.output()).not.toContain('secret');
  expect(await host.stop()).toBe(0);
});
