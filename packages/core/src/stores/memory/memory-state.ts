import type { AuditRecord } from '../../ports/audit-log.ts';
import type { MetricsRow } from '../../ports/metrics-store.ts';
import type { ConfigRevisionRecord, PluginRecord } from '../../ports/plugin-store.ts';
import type { MemoryCollection } from './memory-collection.ts';

/** What plugins keep, and when it may be touched. */
export interface MemoryData {
  readonly plugins: ReadonlyMap<string, PluginRecord>;
  /** JSON texts by plugin and key. */
  readonly values: Map<string, Map<string, string>>;
  /** By plugin and name. */
  readonly collections: Map<string, Map<string, MemoryCollection>>;
  /** Throws when nothing may be asked any more. */
  assertOpen(): void;
  /** What has to end before the data of a plugin may be written; to be asked again afterwards. */
  busy(plugin: string): Promise<void> | undefined;
}

/** What the memory stores of one host share. */
export interface MemoryState extends MemoryData {
  readonly plugins: Map<string, PluginRecord>;
  /** What was kept before data was migrated, by plugin. */
  readonly copies: Map<string, Pick<MemoryData, 'values' | 'collections'>>;
  /** Oldest first, by plugin. */
  readonly configRevisions: Map<string, readonly ConfigRevisionRecord[]>;
  /** Oldest first; ids are numbers that grow. */
  readonly audit: AuditRecord[];
  /** The id of the latest entry that was written. */
  audited: number;
  /** Oldest first, by plugin. */
  readonly metrics: Map<string, readonly MetricsRow[]>;
  /** By plugin, the end of the transaction that is open. */
  readonly transactions: Map<string, Promise<void>>;
}

/** The state of a host that never ran. */
export function emptyState(): MemoryState {
  const transactions = new Map<string, Promise<void>>();
  return {
    plugins: new Map(),
    values: new Map(),
    collections: new Map(),
    copies: new Map(),
    configRevisions: new Map(),
    audit: [],
    audited: 0,
    metrics: new Map(),
    transactions,
    assertOpen() {},
    busy: (plugin) => transactions.get(plugin),
  };
}
