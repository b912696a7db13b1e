import { describe, expect, it } from 'vitest';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { SwitchedData } from '../src/lifecycle/switched-data.ts';

describe('the data of a generation', () => {
  it('is that of the host, and for a while that of a transaction', () => {
    const [host, transaction] = [createMemoryStores(), createMemoryStores()];
    const data = new SwitchedData(host);
    const end = data.use(transaction);
    expect([data.documents, data.collections]).toEqual([transaction.documents, transaction.collections]);
    expect(data.documents).toBe(transaction.documents);
    end();
    expect(data.documents).toBe(host.documents);
    expect(data.collections).toBe(host.collections);
  });

  it('is not taken from a later transaction by the end of an earlier one', () => {
    const [first, second] = [createMemoryStores(), createMemoryStores()];
    const data = new SwitchedData(createMemoryStores());
    const end = data.use(first);
    data.use(second);
    end();
    expect(data.documents).toBe(second.documents);
  });
});
