import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTestHost, readPluginFiles, type TestHost } from '../src/testing/index.ts';
import { eventually } from './support/probe.ts';

const corpus = fileURLToPath(new URL('./fixtures/plugins/', import.meta.url));

type Use = (test: TestHost, get: (url: string) => Promise<unknown>) => Promise<void>;

const plugins: Readonly<Record<string, Use>> = {
  async 'help-desk'({ scheduler }, get) {
    const labels = ['hardware', 'software'].map((name) => ({ name, uses: { 'v1.0': 0 } }));
    expect(await get('/tickets/open')).toEqual({ open: [], labels });
    expect(scheduler.tick('0 * * * *')).toBe(1);
    expect(await get('/tickets')).toEqual({ success: true, total: 0, items: [] });
  },
  async 'view-counter'({ host }, get) {
    const view = async (page: string, visitor: string): Promise<void> => {
      const counted = new Promise((resolve) => void stops.push(host.on('page:counted', resolve)));
      expect(host.emit('page:viewed', { page, visitor })).toBe(1);
      await counted;
    };
    const stops: (() => void)[] = [];
    for (const visitor of ['ana', 'ben', 'cem']) await view('/home', visitor);
    for (const visitor of ['ben', 'cem']) await view('/about', visitor);
    await view('/terms', 'ana');
    for (const stop of stops) stop();
    expect(await get('/popular')).toEqual([
      { page: '/home', count: 3 },
      { page: '/about', count: 2 },
    ]);
    expect(await get('/seen-by-ana')).toEqual(['/home', '/terms']);
    expect(await get('/reset')).toEqual({ deleted: 3 });
  },
};

describe.each(Object.entries(plugins))('%s, as it was written for the Catalyst platform,', (name, use) => {
  it('keeps its documents through a reload, a disable and an enable, and leaves nothing else', async () => {
    await using test = await createTestHost({ plugins: { [name]: await readPluginFiles(corpus + name) } });
    const get = (url: string): Promise<unknown> => test.http.request(name, 'GET', url);
    expect(test.host.summary(name)).toMatchObject({ state: 'active', error: null });
    const registered = test.host.get(name)?.registrations;
    await use(test, get);
    await test.host.reload(name);
    await use(test, get);
    await test.host.disable(name);
    expect([test.http.mounted(), test.scheduler.jobs(), test.host.inspect().listeners]).toEqual([[], [], 0]);
    await test.host.enable(name);
    expect(test.host.get(name)?.registrations).toEqual(registered);
    await use(test, get);
    await eventually(() => expect(test.host.inspect().activeCalls).toBe(0));
    await test.expectNothingLeft();
  });
});
