import type { JournalEntry, PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Clock } from '../ports/clock.ts';

export interface RepeatedEntriesOptions {
  readonly journal: PluginJournal;
  readonly clock: Clock;
}

/** Those of one kind are written once in this time; the others are counted. */
const intervalMs = 60_000;
/** More kinds of one plugin are counted as one. */
const mostKinds = 100;

interface Kind {
  /** Those that were not written down on their own. */
  count: number;
  entry: JournalEntry;
}

/** Writes the first of many entries of one kind, and how many more came within a minute, so that nobody fills the log. */
export class RepeatedEntries {
  readonly #options: RepeatedEntriesOptions;
  readonly #kinds = new Map<string, Map<string, Kind>>();
  #cancel: (() => void) | undefined;

  constructor(options: RepeatedEntriesOptions) {
    this.#options = options;
  }

  /** `make` is called only for entries that are written. */
  add(plugin: string, kind: string, make: () => JournalEntry): void {
    const kinds = this.#kinds.get(plugin) ?? new Map<string, Kind>();
    this.#kinds.set(plugin, kinds);
    const known = kinds.get(kind) ?? (kinds.size >= mostKinds ? kinds.get(others) : undefined);
    if (known) {
      known.count += 1;
      return;
    }
    const entry = make();
    kinds.set(kinds.size >= mostKinds ? others : kind, { count: 0, entry });
    this.#options.journal.note(entry);
    this.#cancel ??= this.#options.clock.after(intervalMs, () => this.#endInterval());
  }

  forget(plugin: string): void {
    this.#kinds.delete(plugin);
  }

  /** Writes what was counted, for a host that ends. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const kinds of this.#kinds.values()) for (const kind of kinds.values()) this.#write(kind);
    this.#kinds.clear();
  }

  #endInterval(): void {
    this.#cancel = undefined;
    for (const [plugin, kinds] of this.#kinds) {
      for (const [name, kind] of kinds) {
        if (kind.count === 0) kinds.delete(name);
        else this.#write(kind);
      }
      if (kinds.size === 0) this.#kinds.delete(plugin);
    }
    if (this.#kinds.size > 0) this.#cancel = this.#options.clock.after(intervalMs, () => this.#endInterval());
  }

  #write(kind: Kind): void {
    if (kind.count === 0) return;
    const { entry, count } = kind;
    kind.count = 0;
    this.#options.journal.note({ ...entry, data: { ...entry.data, repeated: count } });
  }
}

const others = '\0others';
