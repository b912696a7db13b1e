import { describe, expect, it } from 'vitest';
import type { PluginData } from '../src/index.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { SwitchedData } from '../src/lifecycle/switched-data.ts';
import { rejection } from './support/probe.ts';

async function stored(value: string): Promise<ReturnType<typeof createMemoryStores>> {
  const stores = createMemoryStores();
  const record = { name: 'demo', version: '1.0.0', enabled: true, state: 'active', grants: {}, manifest: {} };
  await stores.plugins.add({ ...record, source: 'test' }, []);
  await stores.documents.set('demo', 'key', JSON.stringify(value));
  return stores;
}

const read = (data: PluginData): Promise<unknown> => data.documents.get('demo', 'key');
const write = (data: PluginData, value: string): Promise<void> =>
  data.documents.set('demo', 'key', JSON.stringify(value));

describe('the data of a generation', () => {
  it('is that of the host, and for a while that of a transaction', async () => {
    const [host, transaction] = [await stored('host'), await stored('transaction')];
    const data = new SwitchedData(host);
    const end = data.use(transaction);
    expect(await read(data)).toBe('transaction');
    await write(data, 'written');
    end();
    expect(await read(data)).toBe('host');
    expect(await read(transaction)).toBe('written');
  });

  it('is not taken from a later transaction by the end of an earlier one', async () => {
    const data = new SwitchedData(await stored('host'));
    const end = data.use(await stored('first'));
    data.use(await stored('second'));
    end();
    expect(await read(data)).toBe('second');
  });

  it('is read, but not written while writes are held; those that were on their way come to their end first', async () => {
    const host = await stored('host');
    const data = new SwitchedData(host);
    const early = write(data, 'early');
    const held = data.hold();
    await held.quiet;
    expect(await read(host)).toBe('early');
    const late = write(data, 'late');
    expect(await read(data)).toBe('early');
    held.release();
    await Promise.all([early, late]);
    expect(await read(host)).toBe('late');
  });

  it('is written when nobody holds it any more', async () => {
    const host = await stored('old');
    const data = new SwitchedData(host);
    const [first, second] = [data.hold(), data.hold()];
    const written = write(data, 'new');
    first.release();
    await second.quiet;
    expect(await read(host)).toBe('old');
    second.release();
    await written;
    expect(await read(host)).toBe('new');
  });

  it('is written after what has to come first, which is tried until it works', async () => {
    const host = await stored('old');
    const data = new SwitchedData(host);
    let calls = 0;
    data.hold().release(async () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
    });
    expect(await rejection(write(data, 'refused'))).toMatchObject({ message: 'not yet' });
    await write(data, 'new');
    await write(data, 'newer');
    expect([calls, await read(host)]).toEqual([2, 'newer']);
  });

  it('takes nothing more once it is closed', async () => {
    const host = await stored('old');
    const data = new SwitchedData(host);
    await data.close(new Error('it is over'));
    expect(await rejection(write(data, 'late'))).toMatchObject({ message: 'it is over' });
    expect(await read(data)).toBe('old');
  });
});
