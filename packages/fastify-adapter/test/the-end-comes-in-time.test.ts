import { expect, test } from 'vitest';
import { onLoad, startServer } from './start-server.ts';
import { manifestOf } from '@catalyst-plugins/core/testing';

test('a server closes within the time of its plugin host, and answers what it cuts with 503', async () => {
  const code = onLoad("ctx.registerRoute({ method: 'GET', url: '/never', handler: () => new Promise(() => {}) });");
  const plugins = { slow: { 'plugin.json': manifestOf('slow'), 'index.js': code } };
  await using server = await startServer({ plugins, host: { shutdownMs: 1_000 } });
  const answer = server.fetch('/api/plugins/slow/never');
  await expect.poll(() => server.host.inspect().activeCalls).toBe(1);
  const since = performance.now();
  await server.app.close();
  // not the 25 s of the default
  expect(performance.now() - since).toBeLessThan(20_000);
  const { status, headers } = await answer;
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
});
