import { describe, expect, it } from 'vitest';
import { SwitchedData } from '../src/lifecycle/switched-data.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import type { PluginStores } from '../src/host-options.ts';
import { rejection } from './support/probe.ts';

/** Stores with a plugin that has kept one word. */
async function keeping(word: string): Promise<PluginStores> {
  const stores = createMemoryStores();
  const rest = { version: '1.0.0', enabled: true, state: 'active', grants: {}, manifest: {}, source: 'folder' };
  await stores.plugins.add({ name: 'demo', ...rest }, []);
  await stores.documents.set('demo', 'word', JSON.stringify(word));
  return stores;
}

describe('the data of a generation', () => {
  it('is that of the host, and for a while that of a transaction', async () => {
    const [host, transaction] = [await keeping('host'), await keeping('transaction')];
    const data = new SwitchedData(host);
    expect(await data.documents.get('demo', 'word')).toBe('host');
    const end = data.use(transaction);
    expect(await data.documents.get('demo', 'word')).toBe('transaction');
    await data.documents.set('demo', 'word', '"changed"');
    end();
    expect(await data.documents.get('demo', 'word')).toBe('host');
    expect(await transaction.documents.get('demo', 'word')).toBe('changed');
  });

  it('is written when nobody holds it any more', async () => {
    const data = new SwitchedData(await keeping('old'));
    const [first, second] = [data.hold(), data.hold()];
    const written = data.documents.set('demo', 'word', '"new"');
    first.release();
    await second.quiet;
    expect(await data.documents.get('demo', 'word')).toBe('old');
    second.release();
    await written;
    expect(await data.documents.get('demo', 'word')).toBe('new');
  });

  it('is written after what has to come first, which is tried until it works', async () => {
    const data = new SwitchedData(await keeping('old'));
    let calls = 0;
    data.hold().release(async () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
    });
    expect(await rejection(data.documents.set('demo', 'word', '"lost"'))).toMatchObject({ message: 'not yet' });
    await data.documents.set('demo', 'word', '"new"');
    await data.documents.set('demo', 'word', '"newer"');
    expect([calls, await data.documents.get('demo', 'word')]).toEqual([2, 'newer']);
  });

  it('takes nothing more once it is closed', async () => {
    const data = new SwitchedData(await keeping('old'));
    await data.close(new Error('it is over'));
    expect(await rejection(data.documents.set('demo', 'word', '"late"'))).toMatchObject({ message: 'it is over' });
    expect(await data.documents.get('demo', 'word')).toBe('old');
  });
});
