import { PluginError, isPluginError } from '../errors/plugin-error.ts';
import type { Announcement, JournalEntry, PluginJournal } from '../lifecycle/plugin-journal.ts';
import { hostItself, type AuditEntry, type AuditLog } from '../ports/audit-log.ts';
import type { AuditNote } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginRecord, PluginStore } from '../ports/plugin-store.ts';
import type { AuditHealth } from '../protocol/audit-health.ts';
import type { JsonObject } from '../protocol/json.ts';
import { SerialQueues } from '../scope/serial-queues.ts';
import { AuditBuffer } from './audit-buffer.ts';
import { AuditedStates, type AuditedStep } from './audited-states.ts';
import { boundedData, boundedText } from './bounded-data.ts';

export interface AuditTrailOptions {
  readonly store: PluginStore;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
  /** Hears what is true now. */
  readonly onAnnounce: (news: Announcement) => void;
}

/** More do not wait for the change that they came after; they are written in whatever order. */
const mostBehind = 10_000;

/** Hears of entries that are durable, in the order of each plugin. */
export type AuditListener = (entries: readonly AuditEntry[]) => void;

/** The only writer of the audit log: keeps each plugin's entries in order, and each change together with its entry. */
export class AuditTrail implements PluginJournal {
  readonly #options: AuditTrailOptions;
  readonly #queues = new SerialQueues();
  readonly #buffer: AuditBuffer;
  readonly #states = new AuditedStates();
  readonly #listeners = new Set<AuditListener>();
  /** What was thrown and is written down already. */
  readonly #noted = new WeakSet();
  /** Entries that wait for a change of their plugin to be written. */
  #behind = 0;

  constructor(options: AuditTrailOptions) {
    this.#options = options;
    const onWritten = (entries: readonly AuditEntry[]): void => this.#tell(entries);
    this.#buffer = new AuditBuffer({ ...options, onWritten, lost: (count, since) => this.#lost(count, since) });
  }

  async commit(entry: JournalEntry): Promise<void> {
    this.#remember(entry);
    await this.#queues.run(entry.plugin, () => this.#change(entry));
  }

  note(entry: JournalEntry): void {
    this.#remember(entry);
    const at = new Date(this.#options.clock.now());
    const { plugin } = entry;
    if (entry.change) {
      // what is true is worth an entry, also where the record cannot say so
      const write = (): Promise<void> =>
        this.#change(entry).catch((error: unknown) => {
          this.#buffer.warn(error);
          this.#push(entry, at);
        });
      void this.#queues.run(plugin, write);
    } else if (this.#queues.isBusy(plugin) && this.#behind < mostBehind) {
      this.#behind += 1;
      void this.#queues.run(plugin, async () => {
        this.#behind -= 1;
        this.#push(entry, at);
      });
    } else this.#push(entry, at);
    if (plugin !== hostItself) this.announce(entry);
  }

  announce({ plugin, type, actor, data }: Announcement): void {
    this.#options.onAnnounce({ plugin, type, actor, data });
  }

  /** Makes a change durable together with its entries, whoever it is that writes it. */
  readonly together = <Result>(
    plugin: string,
    notes: readonly AuditNote[],
    write: (entries: readonly AuditEntry[]) => Promise<Result>,
  ): Promise<Result> => this.#queues.run(plugin, () => this.#together(plugin, notes, write));

  /** Whether what was thrown is written down already. */
  hasNoted(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#noted.has(error);
  }

  /** To be told of every record before its plugin runs. */
  know(record: PluginRecord): void {
    this.#states.know(record);
  }

  forget(plugin: string): void {
    this.#states.forget(plugin);
  }

  get health(): AuditHealth {
    return this.#buffer.health;
  }

  /** Tells every entry that is written from now on, until the returned function is called. */
  onWritten(listener: AuditListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when everything noted so far was written, or cannot be written now. */
  async flush(): Promise<void> {
    await this.#queues.settled();
    await this.#buffer.flush();
  }

  /** Writes what waits and what comes from work that ends, for the last time, within a limit. */
  async close(work: Promise<void>, limitMs: number): Promise<void> {
    const settled = work.then(() => this.#queues.settled());
    await this.#buffer.close(settled, limitMs);
  }

  async #change(entry: JournalEntry): Promise<void> {
    const { store, log } = this.#options;
    const { plugin, change } = entry;
    const step = this.#states.step(entry);
    await this.#together<unknown>(plugin, [withStep(entry, step)], (entries) =>
      change ? store.update(plugin, change, entries) : log.append(entries),
    );
    this.#states.took(entry);
  }

  async #together<Result>(
    plugin: string,
    notes: readonly AuditNote[],
    write: (entries: readonly AuditEntry[]) => Promise<Result>,
  ): Promise<Result> {
    const at = new Date(this.#options.clock.now());
    const entries = notes.map((note) => this.#entry(note, at));
    try {
      const result = await this.#buffer.withEntriesOf(plugin, (earlier) => write([...earlier, ...entries]));
      this.#tell(entries);
      return result;
    } catch (error) {
      if (isPluginError(error)) throw error;
      throw new PluginError('STORE_UNAVAILABLE', `The change of plugin "${plugin}" could not be stored.`, {
        plugin,
        cause: error,
      });
    }
  }

  #push(entry: JournalEntry, at: Date): void {
    this.#buffer.push(this.#entry(withStep(entry, this.#states.step(entry)), at));
    this.#states.took(entry);
  }

  #entry(note: AuditNote, at: Date): AuditEntry {
    const { plugin, type, actor, result = 'ok', data = {}, trace = {} } = note;
    const said = result === 'ok' ? (note.reason ?? trace.reason) : note.reason;
    const text = said === undefined ? null : boundedText(this.#options.redact(plugin, said));
    const full = { ...data, ...this.#traced(plugin, note) };
    return { plugin, type, actor, result, reason: text, data: boundedData(full), at };
  }

  #traced(plugin: string, { result = 'ok', reason, trace }: AuditNote): JsonObject {
    if (!trace) return {};
    const { operation, request, durationMs } = trace;
    // the reason of the entry says what it came to nothing for, or what happened
    const asked = result === 'ok' && reason === undefined ? undefined : trace.reason;
    return {
      ...(asked !== undefined && { commandReason: this.#options.redact(plugin, asked) }),
      ...(operation !== undefined && { operation }),
      ...(request && { request: { id: request.id, ...(request.ip !== undefined && { ip: request.ip }) } }),
      ...(durationMs !== undefined && { durationMs: Math.round(durationMs) }),
    };
  }

  #lost(count: number, since: number): AuditEntry {
    const data = { dropped: count, since: new Date(since).toISOString() };
    const reason = 'the store did not answer for so long that too much waited';
    const note = {
      plugin: hostItself,
      type: 'host:audit-dropped',
      actor: 'system',
      result: 'failed',
      reason,
      data,
    } as const;
    return this.#entry(note, new Date(this.#options.clock.now()));
  }

  #remember({ error }: JournalEntry): void {
    if (typeof error === 'object' && error !== null) this.#noted.add(error);
  }

  #tell(entries: readonly AuditEntry[]): void {
    for (const listener of this.#listeners) listener(entries);
  }
}

function withStep(note: AuditNote, step: AuditedStep | undefined): AuditNote {
  return step ? { ...note, data: { ...note.data, ...step } } : note;
}
