import { describe, expect, it } from 'vitest';
import { createMemoryStores, PluginError } from '../src/index.ts';
import { createKeeperHost, keeper } from './support/keepers.ts';
import { rejection } from './support/probe.ts';

const unique = (...fields: (string | string[])[]) => ({
  storage: { collections: { things: { unique: fields, indexes: ['n'] } } },
});
const files = (members: object, version = '1.0.0') => keeper('demo', { version, ...members });

describe('declared indexes', () => {
  it('are there when the plugin is: a second document of the same value is refused', async () => {
    await using test = await createKeeperHost({ plugins: { demo: files(unique('mail')) } });
    await test.things().insert({ mail: 'x' });
    expect(await rejection(test.things().insert({ mail: 'x' }))).toMatchObject({
      code: 'DOCUMENT_DUPLICATE',
      status: 409,
      plugin: 'demo',
      details: { collection: 'things', fields: ['mail'] },
    });
    await test.expectNothingLeft();
  });

  it('a release whose unique index the documents contradict is refused with INDEX_CONFLICT; the old one goes on as it was', async () => {
    await using test = await createKeeperHost({ plugins: { demo: files(unique('mail')) } });
    await test.things().insertMany([
      { mail: 'x', n: 1 },
      { mail: 'y', n: 1 },
    ]);
    await test.folder.write('demo', files(unique('n'), '2.0.0'));
    const refusal = await rejection(test.host.reload('demo'));
    expect(refusal).toMatchObject({ code: 'INDEX_CONFLICT', details: { collection: 'things', fields: ['n'] } });
    expect(test.host.get('demo')).toMatchObject({ version: '1.0.0', state: 'active' });
    expect(await rejection(test.things().insert({ mail: 'x' }))).toMatchObject({ code: 'DOCUMENT_DUPLICATE' });
    await test.things().insert({ n: 1 });
    await test.expectNothingLeft();
  });

  it('of a release that fails for another reason do not bind the old one afterwards', async () => {
    await using test = await createKeeperHost({ plugins: { demo: files({}) } });
    await test.folder.write('demo', {
      ...files(unique('mail'), '2.0.0'),
      'index.js': `export default { onEnable() { throw new Error('no'); } };`,
    });
    expect(await rejection(test.host.reload('demo'))).toMatchObject({ code: 'HOOK_FAILED' });
    await test.things().insertMany([{ mail: 'x' }, { mail: 'x' }]);
    expect(await test.things().count({ mail: 'x' })).toBe(2);
    await test.expectNothingLeft();
  });

  it('that the next release does not declare any more are gone with the old one', async () => {
    await using test = await createKeeperHost({ plugins: { demo: files(unique('mail')) } });
    await test.things().insert({ mail: 'x' });
    await test.folder.write('demo', files(unique('other'), '2.0.0'));
    await test.host.reload('demo');
    await test.things().insert({ mail: 'x', other: 1 });
    expect(await rejection(test.things().insert({ other: 1 }))).toMatchObject({ code: 'DOCUMENT_DUPLICATE' });
    await test.expectNothingLeft();
  });

  it('a store that is down is warned of, and the plugin starts without them', async () => {
    const stores = createMemoryStores();
    const declare = () => Promise.reject(new PluginError('STORE_UNAVAILABLE', 'The store is down.'));
    const collections = new Proxy(stores.collections, {
      get: (store, member) => (member === 'declare' ? declare : Reflect.get(store, member).bind(store)),
    });
    await using test = await createKeeperHost({
      stores: { ...stores, collections },
      plugins: { demo: files(unique('mail')) },
    });
    expect(test.host.get('demo')?.state).toBe('active');
    expect(test.logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('the indexes of plugin "demo" are not as declared'),
    );
    await test.expectNothingLeft();
  });
});
