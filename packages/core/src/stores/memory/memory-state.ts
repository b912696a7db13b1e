import type { AuditRecord } from '../../ports/audit-log.ts';
import type { ConfigRevisionRecord, PluginRecord } from '../../ports/plugin-store.ts';

/** What the three memory stores of one host share. */
export interface MemoryState {
  readonly plugins: Map<string, PluginRecord>;
  /** JSON texts by plugin and key. */
  readonly values: Map<string, Map<string, string>>;
  /** Oldest first, by plugin. */
  readonly configRevisions: Map<string, readonly ConfigRevisionRecord[]>;
  /** Oldest first; ids are numbers that grow. */
  readonly audit: AuditRecord[];
}

/** The state of a host that never ran. */
export function emptyState(): MemoryState {
  return { plugins: new Map(), values: new Map(), configRevisions: new Map(), audit: [] };
}
