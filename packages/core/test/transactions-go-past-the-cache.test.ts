import { describe, expect, it } from 'vitest';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createMemoryLogger } from '../src/testing/memory-logger.ts';
import { newPlugin } from '../src/testing/contracts/opened-stores.ts';
import { HostData } from '../src/operations/host-data.ts';

async function setUp() {
  const stores = createMemoryStores();
  await stores.plugins.add(newPlugin('demo'), []);
  const data = new HostData({ stores, cacheBytes: 1_000_000, logger: createMemoryLogger() });
  await data.documents.set('demo', 'key', '"old"');
  return { stores, data };
}

describe('the data of a host', () => {
  it('shows what a transaction wrote once it is committed, not before', async () => {
    const { data } = await setUp();
    const transaction = await data.begin('demo', 60_000);
    await transaction.documents.set('demo', 'key', '"new"');
    expect(await transaction.documents.get('demo', 'key')).toBe('new');
    expect(await data.documents.get('demo', 'key')).toBe('old');
    await transaction.commit();
    expect(await data.documents.get('demo', 'key')).toBe('new');
  });

  it('keeps what it has when a transaction is rolled back', async () => {
    const { data } = await setUp();
    const transaction = await data.begin('demo', 60_000);
    await transaction.documents.set('demo', 'key', '"new"');
    await transaction.rollback();
    expect(await data.documents.get('demo', 'key')).toBe('old');
  });

  it('does not keep what a write wrote that ended while a transaction was committed', async () => {
    const { data, stores } = await setUp();
    const transaction = await data.begin('demo', 60_000);
    await transaction.documents.set('demo', 'key', '"new"');
    const write = data.documents.set('demo', 'key', '"later"');
    await transaction.commit();
    await write;
    await stores.documents.set('demo', 'key', '"what the store says"');
    expect(await data.documents.get('demo', 'key')).toBe('what the store says');
  });

  it('asks the store again for a plugin that it is told to forget', async () => {
    const { data, stores } = await setUp();
    await stores.plugins.remove('demo', []);
    expect(await data.documents.get('demo', 'key')).toBe('old');
    data.forget('demo');
    expect(await data.documents.get('demo', 'key')).toBeNull();
  });
});
