import { PluginError } from '../../errors/plugin-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DataTransaction, DataTransactions } from '../../ports/data-transaction.ts';
import type { PluginRecord } from '../../ports/plugin-store.ts';
import { MemoryCollectionStore } from './memory-collection-store.ts';
import { MemoryDocumentStore } from './memory-document-store.ts';
import type { MemoryData, MemoryState } from './memory-state.ts';

/** Transactions of tests and of hosts that need not remember: each works on copies, which take the place of the originals. */
export class MemoryDataTransactions implements DataTransactions {
  readonly #state: MemoryState;
  readonly #clock: Clock;

  constructor(state: MemoryState, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  async begin(plugin: string, timeoutMs: number): Promise<DataTransaction> {
    while (this.#state.busy(plugin)) await this.#state.busy(plugin);
    const copies = copyData(this.#state, plugin);
    let isOpen = true;
    let end = (): void => {};
    this.#state.transactions.set(plugin, new Promise((resolve) => (end = resolve)));
    const close = (): void => {
      isOpen = false;
      cancel();
      this.#state.transactions.delete(plugin);
      end();
    };
    const cancel = this.#clock.after(timeoutMs, close);
    const assertOpen = (): void => {
      if (!isOpen) throw new PluginError('STORE_UNAVAILABLE', `The transaction of "${plugin}" has ended.`, { plugin });
    };
    let kept: DataOfPlugin | undefined;
    const data: MemoryData = { ...copies, plugins: this.#state.plugins, assertOpen, busy: () => undefined };
    return {
      documents: new MemoryDocumentStore(data),
      collections: new MemoryCollectionStore(data),
      keepCopy: async () => {
        assertOpen();
        kept = copyData(data, plugin);
      },
      commit: async (dataVersion) => {
        assertOpen();
        const record = this.#state.plugins.get(plugin);
        publish(copies, plugin, this.#state);
        if (kept && record) this.#state.copies.set(plugin, kept);
        const copied = kept && record ? { copiedDataVersion: record.dataVersion } : {};
        this.#change(plugin, { ...copied, ...(dataVersion !== undefined && { dataVersion }) });
        close();
      },
      rollback: async () => {
        if (isOpen) close();
      },
    };
  }

  async restore(plugin: string): Promise<void> {
    while (this.#state.busy(plugin)) await this.#state.busy(plugin);
    const copy = this.#state.copies.get(plugin);
    const record = this.#state.plugins.get(plugin);
    if (!copy || !record) return;
    publish(copy, plugin, this.#state);
    this.#change(plugin, { dataVersion: record.copiedDataVersion, copiedDataVersion: null });
    this.#state.copies.delete(plugin);
  }

  async forgetCopy(plugin: string): Promise<void> {
    if (this.#state.copies.delete(plugin)) this.#change(plugin, { copiedDataVersion: null });
  }

  #change(plugin: string, change: Partial<PluginRecord>): void {
    const record = this.#state.plugins.get(plugin);
    if (record) this.#state.plugins.set(plugin, { ...record, ...change });
  }
}

type DataOfPlugin = Pick<MemoryData, 'values' | 'collections'>;

function copyData({ values, collections }: DataOfPlugin, plugin: string): DataOfPlugin {
  const copies = Array.from(collections.get(plugin) ?? [], ([name, collection]) => [name, collection.copy()] as const);
  return {
    values: new Map([[plugin, new Map(values.get(plugin))]]),
    collections: new Map([[plugin, new Map(copies)]]),
  };
}

/** What was written for a plugin that was removed meanwhile is gone with it. */
function publish(copies: DataOfPlugin, plugin: string, state: MemoryState): void {
  if (!state.plugins.has(plugin)) return;
  state.values.set(plugin, copies.values.get(plugin) ?? new Map());
  state.collections.set(plugin, copies.collections.get(plugin) ?? new Map());
}
