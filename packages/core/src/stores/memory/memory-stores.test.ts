import { describe, expect, it } from 'vitest';
import { describeAuditLog } from '../../testing/contracts/audit-log.contract.ts';
import { describeDocumentStore } from '../../testing/contracts/document-store.contract.ts';
import { newPlugin, type OpenedStores } from '../../testing/contracts/opened-stores.ts';
import { describePluginStore } from '../../testing/contracts/plugin-store.contract.ts';
import { createMemoryStores } from './memory-stores.ts';

const open = async (): Promise<OpenedStores> => ({ stores: createMemoryStores(), close: async () => {} });

describePluginStore('memory', open);
describeDocumentStore('memory', open);
describeAuditLog('memory', open);

describe('memory stores', () => {
  it('two hosts in one process share nothing', async () => {
    const [first, second] = [createMemoryStores(), createMemoryStores()];
    await first.plugins.add(newPlugin('only-here'), []);
    expect(await second.plugins.list()).toEqual([]);
  });

  it('times come from the clock that is passed', async () => {
    const clock = { now: () => Date.UTC(2030, 0, 1), after: () => () => {} };
    const record = await createMemoryStores(clock).plugins.add(newPlugin('timed', { enabled: true }), []);
    expect(record.enabledAt).toEqual(new Date('2030-01-01T00:00:00.000Z'));
  });
});
