import { PluginError } from '../../errors/plugin-error.ts';
import type { AuditEntry, AuditExcess, AuditLog, AuditQuery, AuditRecord } from '../../ports/audit-log.ts';
import { checkAuditQuery, fitsAuditQuery } from '../../ports/audit-query.ts';
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
    const checked = checkAuditQuery(query);
    const { audit } = this.#state;
    const found: AuditRecord[] = [];
    for (let index = audit.length - 1; index >= 0 && found.length < checked.limit; index -= 1) {
      const entry = audit[index] as AuditRecord;
      if (fitsAuditQuery(entry, checked)) found.push(structuredClone(entry));
    }
    return found;
  }

  async prune(excess: AuditExcess, limit: number): Promise<number> {
    const { audit } = this.#state;
    const goes = new Set(tooMany(audit, excess).slice(0, limit));
    const kept = audit.filter((entry) => !goes.has(entry));
    audit.length = 0;
    for (const entry of kept) audit.push(entry);
    return goes.size;
  }
}

/** The oldest first. */
function tooMany(audit: readonly AuditRecord[], excess: AuditExcess): readonly AuditRecord[] {
  if ('keep' in excess) return audit.slice(0, Math.max(0, audit.length - excess.keep));
  return audit.filter(({ at }) => at < excess.before).toSorted((left, right) => left.at.getTime() - right.at.getTime());
}

type CheckedEntry = Omit<AuditRecord, 'id'>;

/** Copies entries, so that a change can be refused before anything was written. Throws `STORAGE_VALUE_INVALID`. */
export function checkEntries(entries: readonly AuditEntry[]): CheckedEntry[] {
  return entries.map((entry) => {
    if (Number.isNaN(entry.at.getTime())) {
      throw new PluginError('STORAGE_VALUE_INVALID', 'The time of the audit entry is not a date.');
    }
    const { result = 'ok', reason = null } = entry;
    const copy: CheckedEntry = JSON.parse(readableJson({ ...entry, result, reason }));
    return { ...copy, at: new Date(entry.at) };
  });
}

/** How many entries are kept at least; twice as many are the most. A log that forgets nothing needs a database. */
const keptEntries = 10_000;

/** Writes entries that `checkEntries` returned; cannot fail. */
export function writeAudit(state: MemoryState, entries: readonly CheckedEntry[]): void {
  for (const { plugin, type, actor, result, reason, data, at } of entries) {
    state.audited += 1;
    // copied by a spread, V8 would give each record a hidden class of its own, more memory than the record itself
    state.audit.push({ id: String(state.audited), plugin, type, actor, result, reason, data, at });
  }
  // rarely, since it moves all that stay
  if (state.audit.length >= keptEntries * 2) state.audit.splice(0, state.audit.length - keptEntries);
}
