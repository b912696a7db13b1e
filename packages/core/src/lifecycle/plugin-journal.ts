import type { PluginChange } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';

/** Something that happened to a plugin, and what of its record changes with it. */
export interface JournalEntry {
  readonly plugin: string;
  /** For example `plugin:enabled`. */
  readonly type: string;
  readonly actor: string;
  readonly data?: JsonObject;
  readonly change?: PluginChange;
}

/** Where a supervisor writes down what it does. */
export interface PluginJournal {
  /** Makes the change durable together with its audit entry. Throws `STORE_UNAVAILABLE`; then nothing was written. */
  commit(entry: JournalEntry): Promise<void>;
  /** Writes when it can: a store that does not answer is logged and stops nothing. */
  note(entry: JournalEntry): void;
  /** Tells listeners what is true now. */
  announce(entry: Omit<JournalEntry, 'change'>): void;
}
