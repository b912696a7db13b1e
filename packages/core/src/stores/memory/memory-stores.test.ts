import { describe, expect, it } from 'vitest';
import { describeAuditLog } from '../../testing/contracts/audit-log.contract.ts';
import { describeCollectionProperties } from '../../testing/contracts/collection-properties.contract.ts';
import { describeCollectionStore } from '../../testing/contracts/collection-store.contract.ts';
import { describeDataTransactions } from '../../testing/contracts/data-transaction.contract.ts';
import { describeDocumentStore } from '../../testing/contracts/document-store.contract.ts';
import { describeMetricsStore } from '../../testing/contracts/metrics-store.contract.ts';
import { newPlugin, type OpenedStores } from '../../testing/contracts/opened-stores.ts';
import { describePluginStore } from '../../testing/contracts/plugin-store.contract.ts';
import { createMemoryStores } from './memory-stores.ts';

const open = async (): Promise<OpenedStores> => ({ stores: createMemoryStores(), close: async () => {} });

describePluginStore('memory', open);
describeDocumentStore('memory', open);
describeCollectionStore('memory', open);
describeCollectionProperties('memory', open);
describeDataTransactions('memory', open);
describeAuditLog('memory', open);
describeMetricsStore('memory', open);

describe('memory stores', () => {
  it('keep the latest 10,000 entries of the audit log at least, under their own ids, and not all of them for ever', async () => {
    const { audit } = createMemoryStores();
    const entry = { plugin: 'demo', type: 'plugin:error', actor: 'system', data: {}, at: new Date(0) };
    await audit.append(Array.from({ length: 25_000 }, () => entry));
    const kept = await audit.query({ limit: 100_000 });
    expect(kept.length).toBeGreaterThanOrEqual(10_000);
    expect(kept.length).toBeLessThan(20_000);
    expect(kept[0]?.id).toBe('25000');
    await audit.append([entry]);
    expect((await audit.query({ limit: 2 })).map(({ id }) => id)).toEqual(['25001', '25000']);
    expect((await audit.query({ before: '24000', limit: 1 }))[0]?.id).toBe('23999');
  });

  it('two hosts in one process share nothing', async () => {
    const [first, second] = [createMemoryStores(), createMemoryStores()];
    await first.plugins.add(newPlugin('only-here'), []);
    expect(await second.plugins.list()).toEqual([]);
  });

  it('times come from the clock that is passed', async () => {
    const clock = { now: () => Date.UTC(2030, 0, 1), elapsed: () => 0, after: () => () => {} };
    const record = await createMemoryStores(clock).plugins.add(newPlugin('timed', { enabled: true }), []);
    expect(record.enabledAt).toEqual(new Date('2030-01-01T00:00:00.000Z'));
  });
});
