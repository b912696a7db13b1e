import { describe, expect, it } from 'vitest';
import { createMemoryStores, PluginError, type DocumentStore } from '../src/index.ts';
import { createKeeperHost } from './support/keepers.ts';
import { eventually, rejection } from './support/probe.ts';

type Call = 'get' | 'set' | 'delete';

/** Memory stores whose values can be held back and fail, and that count what is asked. */
function watchedStores() {
  const stores = createMemoryStores();
  const calls: string[] = [];
  const held = new Map<Call, (() => void)[]>();
  let failing = false;
  const pass = async <Result>(call: Call, key: string, run: () => Promise<Result>): Promise<Result> => {
    calls.push(`${call} ${key}`);
    const result = call === 'get' ? await run() : undefined;
    const gates = held.get(call);
    if (gates) await new Promise<void>((resolve) => gates.push(resolve));
    if (failing) throw new PluginError('STORE_UNAVAILABLE', 'down');
    return call === 'get' ? (result as Result) : run();
  };
  const documents: DocumentStore = {
    get: (plugin, key) => pass('get', key, () => stores.documents.get(plugin, key)),
    set: (plugin, key, text) => pass('set', key, () => stores.documents.set(plugin, key, text)),
    delete: (plugin, key) => pass('delete', key, () => stores.documents.delete(plugin, key)),
    list: (plugin, prefix) => stores.documents.list(plugin, prefix),
  };
  return {
    stores: { ...stores, documents },
    behind: stores.documents,
    calls,
    hold: (call: Call) => void held.set(call, []),
    holding: (call: Call) => held.get(call)?.length ?? 0,
    release(call: Call) {
      const gates = held.get(call) ?? [];
      held.delete(call);
      for (const go of gates) go();
    },
    fail: (now: boolean) => void (failing = now),
  };
}

async function setUp(storage = {}) {
  const watched = watchedStores();
  const test = await createKeeperHost({ stores: watched.stores, storage });
  watched.calls.length = 0;
  return Object.assign(test, { watched, ctx: test.context('demo') });
}

describe('reads of stored values', () => {
  it('come from memory after the first, and after a write, also where there is nothing', async () => {
    await using test = await setUp();
    await test.watched.behind.set('demo', 'key', '{"a":[1]}');
    for (let time = 0; time < 3; time += 1) expect(await test.ctx.getStorage('key')).toEqual({ a: [1] });
    for (let time = 0; time < 3; time += 1) expect(await test.ctx.getStorage('none')).toBeNull();
    await test.ctx.setStorage('written', 1);
    expect(await test.ctx.getStorage('written')).toBe(1);
    await test.ctx.deleteStorage('key');
    expect(await test.ctx.getStorage('key')).toBeNull();
    expect(test.watched.calls).toEqual(['get key', 'get none', 'set written', 'delete key']);
    await test.expectNothingLeft();
  });

  it('are asked once when many ask at the same time', async () => {
    await using test = await setUp();
    await Promise.all(Array.from({ length: 50 }, () => test.ctx.getStorage('key')));
    expect(test.watched.calls).toEqual(['get key']);
  });

  it('are copies: a plugin that changes one changes nobody else’s', async () => {
    await using test = await setUp();
    await test.ctx.setStorage('key', { list: [1] });
    (await test.ctx.getStorage<{ list: number[] }>('key'))?.list.push(2);
    expect(await test.ctx.getStorage('key')).toEqual({ list: [1] });
  });

  it('are apart for each plugin', async () => {
    await using test = await setUp();
    await test.ctx.setStorage('key', 'mine');
    expect(await test.context('other').getStorage('key')).toBeNull();
  });

  it('never show a write that failed, and show the old value while a write is on its way', async () => {
    await using test = await setUp();
    await test.ctx.setStorage('key', 'old');
    test.watched.hold('set');
    const write = rejection(test.ctx.setStorage('key', 'new'));
    await eventually(() => expect(test.watched.holding('set')).toBe(1));
    expect(await test.ctx.getStorage('key')).toBe('old');
    test.watched.fail(true);
    test.watched.release('set');
    expect(await write).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    test.watched.fail(false);
    expect(await test.ctx.getStorage('key')).toBe('old');
  });

  it('do not keep a value that was read before a write and arrived after it', async () => {
    await using test = await setUp();
    await test.watched.behind.set('demo', 'key', '"old"');
    test.watched.hold('get');
    const read = test.ctx.getStorage('key');
    await eventually(() => expect(test.watched.holding('get')).toBe(1));
    await test.ctx.setStorage('key', 'new');
    test.watched.release('get');
    expect(await read).toBe('old');
    expect(await test.ctx.getStorage('key')).toBe('new');
  });

  it('ask the store again after writes that overlapped, because nobody knows which came last', async () => {
    await using test = await setUp();
    test.watched.hold('set');
    const writes = Promise.all([test.ctx.setStorage('key', 1), test.ctx.setStorage('key', 2)]);
    await eventually(() => expect(test.watched.holding('set')).toBe(2));
    test.watched.release('set');
    await writes;
    await test.watched.behind.set('demo', 'key', '"what the store says"');
    expect(await test.ctx.getStorage('key')).toBe('what the store says');
  });

  it('fail when the store does, and are not remembered as failures', async () => {
    await using test = await setUp();
    test.watched.fail(true);
    expect(await rejection(test.ctx.getStorage('key'))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    test.watched.fail(false);
    expect(await test.ctx.getStorage('key')).toBeNull();
  });

  it('take no more memory than they may: what was not used for the longest time goes first', async () => {
    await using test = await setUp({ cacheBytes: 10_000 });
    const text = 'x'.repeat(1_000);
    for (const key of ['a', 'b', 'c', 'd']) await test.ctx.setStorage(key, text);
    await test.ctx.getStorage('a');
    await test.ctx.setStorage('e', text);
    test.watched.calls.length = 0;
    for (const key of ['a', 'c', 'd', 'e', 'b']) expect(await test.ctx.getStorage(key)).toBe(text);
    expect(test.watched.calls).toEqual(['get b']);
    await test.ctx.setStorage('huge', 'x'.repeat(20_000));
    await test.ctx.getStorage('huge');
    expect(test.watched.calls).toEqual(['get b', 'set huge', 'get huge']);
  });

  it('all go to the store where the cache is off, for hosts that share one', async () => {
    await using test = await setUp({ cacheBytes: 0 });
    await test.ctx.setStorage('key', 'mine');
    await test.watched.behind.set('demo', 'key', '"that of another host"');
    expect(await test.ctx.getStorage('key')).toBe('that of another host');
  });

  it.each([-1, 0.5, Number.NaN])('a cache of %d bytes is refused with OPTIONS_INVALID', async (cacheBytes) => {
    expect(await rejection(setUp({ cacheBytes }))).toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('random reads, writes and deletions at once always end in what the store has', async () => {
    await using test = await setUp({ cacheBytes: 2_000 });
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => {
          const key = `key-${(index * 7 + round) % 5}`;
          if (index % 5 === 0) return test.ctx.deleteStorage(key);
          return index % 3 === 0 ? test.ctx.setStorage(key, `${round} ${index}`) : test.ctx.getStorage(key);
        }),
      );
      for (let key = 0; key < 5; key += 1) {
        expect(await test.ctx.getStorage(`key-${key}`)).toEqual(await test.watched.behind.get('demo', `key-${key}`));
      }
    }
  });
});
