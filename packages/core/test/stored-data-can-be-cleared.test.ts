import { expect, it } from 'vitest';
import { createMemoryStores, type PluginContext, type PluginStores } from '../src/index.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { fragileStores } from './support/fragile-stores.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection, type Probe } from './support/probe.ts';

const keeper = plugin(
  'demo',
  `export default {
    async onEnable(ctx) { ctx.db.kept.ctx = ctx; ctx.db.note('enabled', await ctx.getStorage('word')); },
    async migrate(ctx, { from, to }) { ctx.db.note('migrate', from, to); },
    onUnload(ctx) { ctx.db.note('unloaded'); },
  };`,
  { storage: { collections: { people: { unique: ['name'] } } } },
);

interface DataTest extends TestHost {
  readonly probe: Probe;
  readonly ctx: PluginContext;
}

async function setUp(stores: PluginStores = createMemoryStores()): Promise<DataTest> {
  const probe = createProbe();
  const host = await createTestHost({ db: probe, stores, plugins: { demo: keeper } });
  const test: DataTest = Object.defineProperty(Object.assign(host, { probe }) as DataTest, 'ctx', {
    get: () => probe.kept['ctx'] as PluginContext,
  });
  await test.ctx.setStorage('word', 'hello');
  await test.ctx.collection('people').insert({ _id: 'a', name: 'Ada' });
  await test.host.updateConfig('demo', {});
  return test;
}

it('what a plugin has stored is deleted while it is off, and it begins anew with nothing', async () => {
  await using test = await setUp();
  await test.host.disable('demo');
  await test.host.data.clear('demo', { actor: 'ana', reason: 'it was a trial' });
  expect(test.probe.notes.at(-1)).toBe('unloaded');
  expect(await test.stores.documents.list('demo', '')).toEqual([]);

  await test.folder.write('demo', {
    ...keeper,
    'plugin.json': { ...(keeper['plugin.json'] as object), version: '2.0.0' },
  });
  await test.host.reload('demo');
  await test.host.enable('demo');
  expect(test.probe.notes.at(-1)).toEqual(['enabled', null]);
  expect(test.probe.notes).not.toContainEqual(['migrate', '1.0.0', '2.0.0']);
  expect(await test.ctx.collection('people').find()).toEqual([]);
  await test.ctx.collection('people').insert({ _id: 'b', name: 'Ada' });
  expect(await rejection(test.ctx.collection('people').insert({ _id: 'c', name: 'Ada' }))).toMatchObject({
    code: 'DOCUMENT_DUPLICATE',
  });
  const [entry] = await test.host.audit({ type: 'plugin:data-cleared' });
  expect(entry).toMatchObject({ plugin: 'demo', actor: 'ana', result: 'ok', reason: 'it was a trial' });
});

it('data of a plugin that is enabled is not deleted', async () => {
  await using test = await setUp();
  expect(await rejection(test.host.data.clear('demo', { actor: 'ana' }))).toMatchObject({
    code: 'PLUGIN_ENABLED',
    plugin: 'demo',
  });
  expect(await test.ctx.getStorage('word')).toBe('hello');
  expect(await test.ctx.collection('people').count()).toBe(1);
  const [entry] = await test.host.audit({ type: 'plugin:data-clear-failed' });
  expect(entry).toMatchObject({ plugin: 'demo', actor: 'ana', result: 'failed', data: { code: 'PLUGIN_ENABLED' } });
});

it('a plugin that is enabled meanwhile comes up when its data is gone, not before', async () => {
  await using test = await setUp();
  await test.host.disable('demo');
  await Promise.all([test.host.data.clear('demo'), test.host.enable('demo')]);
  expect(test.probe.notes.at(-1)).toEqual(['enabled', null]);
  expect(test.host.get('demo')?.state).toBe('active');
});

it('a store that is down deletes nothing, and says so', async () => {
  const stores = fragileStores();
  await using test = await setUp(stores);
  await test.host.disable('demo');
  stores.down = (member) => member === 'clearData';
  expect(await rejection(test.host.data.clear('demo'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await test.host.enable('demo');
  expect(test.probe.notes.at(-1)).toEqual(['enabled', 'hello']);
});
