import { PluginError } from '../../errors/plugin-error.ts';
import type { AuditEntry, AuditLog, AuditQuery, AuditRecord } from '../../ports/audit-log.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MemoryState } from './memory-state.ts';
import { readableJson } from './stored-json.ts';

/** The audit log of tests and of hosts that need not remember. */
export class MemoryAuditLog implements AuditLog {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  async append(entries: readonly AuditEntry[]): Promise<void> {
    writeAudit(this.#state, checkEntries(entries));
  }

  async query(query: AuditQuery): Promise<AuditRecord[]> {
    const before = numberBefore(query.before);
    return this.#state.audit
      .toReversed()
      .filter(({ id }) => Number(id) < before)
      .filter((entry) => query.plugin === undefined || entry.plugin === query.plugin)
      .filter((entry) => query.type === undefined || entry.type === query.type)
      .slice(0, query.limit ?? 100)
      .map((entry) => structuredClone(entry));
  }
}

/** Copies entries, so that a change can be refused before anything was written. Throws `STORAGE_VALUE_INVALID`. */
export function checkEntries(entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.map((entry) => {
    if (Number.isNaN(entry.at.getTime())) {
      throw new PluginError('STORAGE_VALUE_INVALID', 'The time of the audit entry is not a date.');
    }
    const data: JsonObject = JSON.parse(readableJson(entry.data));
    return { plugin: entry.plugin, type: entry.type, actor: entry.actor, data, at: new Date(entry.at) };
  });
}

/** How many entries are kept at least; twice as many are the most. A log that forgets nothing needs a database. */
const keptEntries = 10_000;

/** Writes entries that `checkEntries` returned; cannot fail. */
export function writeAudit(state: MemoryState, entries: readonly AuditEntry[]): void {
  for (const { plugin, type, actor, data, at } of entries) {
    const number = Number(state.audit.at(-1)?.id ?? 0) + 1;
    // copied by a spread, V8 would give each record a hidden class of its own, more memory than the record itself
    state.audit.push({ id: String(number), plugin, type, actor, data, at });
  }
  // rarely, since it moves all that stay
  if (state.audit.length >= keptEntries * 2) state.audit.splice(0, state.audit.length - keptEntries);
}

function numberBefore(before: string | undefined): number {
  if (before === undefined) return Infinity;
  if (!/^\d{1,15}$/.test(before))
    throw new PluginError('REQUEST_INVALID', 'before: expected the id of an audit entry.');
  return Number(before);
}
