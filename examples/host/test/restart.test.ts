import { expect, test } from 'vitest';
import { createWorkplace, startHost, type RunningHost } from './running-host.ts';

const base = '/api/plugins/example-plugin';

async function data(host: RunningHost, path: string): Promise<Record<string, unknown>> {
  const { data: found } = (await (await host.admin(path)).json()) as { data: Record<string, unknown> };
  return found;
}

async function storeThings(host: RunningHost): Promise<void> {
  expect((await host.admin(`${base}/config`, 'PUT', { config: { greeting: 'Remembered' } })).status).toBe(200);
  expect((await host.admin('/api/plugins/server-board/enable', 'POST', { enabled: false })).status).toBe(200);
  expect((await host.fetch('/servers/creative/start', { method: 'POST' })).status).toBe(200);
  await expect.poll(() => data(host, `${base}/stats`)).toMatchObject({ serversStarted: 1 });
}

async function expectThings(host: RunningHost): Promise<void> {
  expect(await (await host.fetch(`${base}/hello`)).json()).toMatchObject({ message: 'Remembered' });
  expect(await data(host, '/api/plugins/server-board')).toMatchObject({ state: 'disabled', enabled: false });
  expect(await data(host, `${base}/stats`)).toMatchObject({ serversStarted: 1 });
  expect((await host.fetch('/api/plugins/server-board/servers')).status).toBe(503);
}

test('what is enabled, configured and stored is there after a restart, and the end is clean', async () => {
  await using place = await createWorkplace();
  const first = await startHost(place);
  await storeThings(first);
  expect(await first.stop()).toBe(0);
  await using second = await startHost(place);
  await expectThings(second);
});

test('what was acknowledged is there after kill -9', async () => {
  await using place = await createWorkplace();
  const first = await startHost(place);
  await storeThings(first);
  await first.kill();
  await using second = await startHost(place);
  await expectThings(second);
  const events = (await data(second, '/api/plugins/audit?plugin=server-board')) as unknown as {
    type: string;
    actor: string;
  }[];
  expect(events.map(({ type, actor }) => [type, actor])).toContainEqual(['plugin:disabled', 'admin']);
});

test('a second host on the same data directory is refused, with the way to run several', async () => {
  await using place = await createWorkplace();
  await using first = await startHost(place);
  await expect(startHost(place)).rejects.toThrow(/uses the embedded database|DATABASE_URL=postgresql/s);
  expect((await first.fetch(`${base}/hello`)).status).toBe(200);
});

test('a setting that cannot be used is named, and the host does not start', async () => {
  await using place = await createWorkplace();
  await expect(startHost(place, { PORT: 'eighty' })).rejects.toThrow('PORT is "eighty"');
});

test('a token is made and shown when none is given', async () => {
  await using place = await createWorkplace();
  await using host = await startHost(place, { ADMIN_TOKEN: '' });
  const shown = /Admin token +(\S+)/.exec(host.output())?.[1];
  const response = await host.fetch('/api/plugins', { headers: { authorization: `Bearer ${shown}` } });
  expect(response.status).toBe(200);
});

test.skipIf(process.env['TEST_DATABASE_URL'] === undefined)('the same host runs on PostgreSQL', async () => {
  await using place = await createWorkplace();
  const first = await startHost(place, { DATABASE_URL: process.env['TEST_DATABASE_URL'] });
  await storeThings(first);
  await first.kill();
  await using second = await startHost(place, { DATABASE_URL: process.env['TEST_DATABASE_URL'] });
  await expectThings(second);
});
