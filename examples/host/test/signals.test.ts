import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createWorkplace, startHost, type RunningHost, type Workplace } from './running-host.ts';

const entry = `export default { onLoad(ctx) {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  ctx.registerRoute({ method: 'GET', url: '/slow', handler: async () => { console.log('slow began'); await wait(1000); return { is: 'slow' }; } });
  ctx.registerRoute({ method: 'GET', url: '/never', handler: () => { console.log('never began'); return new Promise(() => {}); } });
} };`;

async function place(): Promise<Workplace> {
  const workplace = await createWorkplace();
  const folder = path.join(workplace.pluginsDir, 'slow');
  await mkdir(folder);
  const manifest = { name: 'slow', version: '1.0.0', catalystVersion: '^1.0.0', backend: { entry: 'index.js' } };
  await writeFile(
    path.join(folder, 'plugin.json'),
    JSON.stringify({ displayName: 'Slow', description: 'Waits.', author: 'tests', ...manifest }),
  );
  await writeFile(path.join(folder, 'index.js'), entry);
  return workplace;
}

/** Asks, and resolves to the answer to come once the request has got there. */
async function begin(host: RunningHost, what: 'slow' | 'never'): Promise<{ answer: Promise<Response | Error> }> {
  const answer = host.fetch(`/api/plugins/slow/${what}`).catch((error: Error) => error);
  await expect.poll(() => host.output()).toContain(`${what} began`);
  return { answer };
}

async function ended(host: RunningHost): Promise<{ code: number | null; ms: number }> {
  const since = performance.now();
  await once(host.process, 'exit');
  return { code: host.process.exitCode, ms: performance.now() - since };
}

test('SIGTERM lets a slow request be answered, then the process exits with 0', async () => {
  await using workplace = await place();
  await using host = await startHost(workplace);
  const { answer } = await begin(host, 'slow');
  expect(await host.stop()).toBe(0);
  expect(await ((await answer) as Response).json()).toEqual({ is: 'slow' });
});

test('a request that never ends is cut with 503, also while a reload drains, and the process exits in its time', async () => {
  await using workplace = await place();
  await using host = await startHost(workplace, { SHUTDOWN_MS: '2000' });
  const { answer } = await begin(host, 'never');
  expect((await host.admin('/api/plugins/slow/reload', 'POST')).status).toBeLessThan(300);
  host.process.kill('SIGTERM');
  const { code, ms } = await ended(host);
  expect(code).toBe(0);
  // its 2 s, 2 s for writing down what is left, and the end of the process
  expect(ms).toBeLessThan(6_000);
  expect(((await answer) as Response).status).toBe(503);
});

test('a second signal leaves at once with another code than 0, and SIGHUP means nothing', async () => {
  await using workplace = await place();
  await using host = await startHost(workplace);
  host.process.kill('SIGHUP');
  await expect.poll(() => host.output()).toContain('SIGHUP is ignored');
  const { answer } = await begin(host, 'never');
  host.process.kill('SIGTERM');
  await expect.poll(() => host.output()).toContain('draining plugins');
  host.process.kill('SIGINT');
  const { code, ms } = await ended(host);
  expect(code).toBe(1);
  // the plugin alone would have 25 s
  expect(ms).toBeLessThan(20_000);
  expect(await answer).toBeInstanceOf(Error);
});

test('with SHUTDOWN_DELAY_MS requests are answered until load balancers had the time to notice', async () => {
  await using workplace = await place();
  await using host = await startHost(workplace, { SHUTDOWN_DELAY_MS: '1500' });
  host.process.kill('SIGTERM');
  await expect.poll(() => host.output()).toContain('draining plugins');
  expect((await host.fetch('/api/plugins/example-plugin/hello')).status).toBe(200);
  expect((await ended(host)).code).toBe(0);
});
