import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createWorkplace, startHost, token } from './running-host.ts';

test('with everything guarded the host, its database, its sockets and its plugins work as ever', async () => {
  await using place = await createWorkplace();
  await using host = await startHost(place, { PLUGIN_GUARD: 'everything' });
  const base = '/api/plugins/example-plugin';
  expect(await (await host.fetch(`${base}/stats`)).json()).toMatchObject({ success: true, data: { servers: 3 } });
  const ticket = await host.fetch('/api/plugins/ticket-desk/tickets', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ title: 'It hangs' }),
  });
  expect(ticket.status).toBe(201);
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}/ws`);
  const [hello] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(hello.toString('utf8'))).toMatchObject({ type: 'connected' });
  socket.close();
  for (let time = 0; time < 3; time += 1)
    expect((await host.admin('/api/plugins/example-plugin/reload', 'POST')).status).toBeLessThan(300);
  expect((await host.fetch(`${base}/hello`)).status).toBe(200);
  expect((await host.admin('/api/plugins/audit?limit=5')).status).toBe(200);
  expect(await host.stop()).toBe(0);
});
