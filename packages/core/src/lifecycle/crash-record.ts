import type { StateFile } from '../discovery/state-file.ts';
import { isJsonObject } from '../manifest/json-object.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** Crashes of one release that still count. */
export interface CountedCrashes {
  readonly digest: string;
  /** Milliseconds since the epoch, the first one first. */
  readonly at: readonly number[];
}

/** Starts of one release during which the process died, one after the other. */
export interface FatalStarts {
  readonly digest: string;
  readonly count: number;
  /** Whether nothing else was being started the last time, so that it can be nobody else. */
  readonly alone: boolean;
  /** When the last one was found, in milliseconds since the epoch. */
  readonly at: number;
}

export interface CrashRecordOptions {
  readonly file: Pick<StateFile, 'read' | 'writeNow' | 'removeNow'>;
  readonly clock: Clock;
  /** Tells this process from others, and whether another one still runs. */
  readonly self: { readonly id: string; isOtherAlive(id: string): boolean };
}

/**
 * What crashes leave behind for the next process, in a file and not in the database: which plugins were being started when
 * the process died, and how often that was so in a row; and the crashes that count against a budget.
 */
export class CrashRecord {
  readonly #options: CrashRecordOptions;
  readonly #starting = new Map<string, string>();
  #fatal = new Map<string, FatalStarts>();
  #crashes = new Map<string, CountedCrashes>();
  #isClosed = false;

  constructor(options: CrashRecordOptions) {
    this.#options = options;
  }

  /** Reads what the last process left, and counts it against those that were being started when that died. */
  open(): void {
    const { file, clock, self } = this.#options;
    const left = file.read();
    if (!left) return;
    this.#fatal = readFatal(left['fatal']);
    this.#crashes = readCrashes(left['crashes']);
    const isOver = typeof left['by'] !== 'string' || !self.isOtherAlive(left['by']);
    const died = isOver ? textsOf(left['starting']) : [];
    for (const [plugin, digest] of died) {
      const before = this.#fatal.get(plugin);
      const earlier = before?.digest === digest ? before.count : 0;
      this.#fatal.set(plugin, { digest, count: earlier + 1, alone: died.length === 1, at: clock.now() });
    }
    if (died.length > 0) this.#save();
  }

  /** To be told before any code of the release runs. */
  begin({ plugin, digest }: Release): void {
    if (this.#isClosed) return;
    this.#starting.set(plugin, digest);
    this.#save();
  }

  /** To be told when the plugin is up, or has failed in a way that the process survived. */
  end(plugin: string): void {
    if (this.#isClosed || !this.#starting.delete(plugin)) return;
    this.#fatal.delete(plugin);
    this.#save();
  }

  /** What is known against a release whose starts the process did not survive. */
  fatalStarts({ plugin, digest }: Release): FatalStarts | undefined {
    const fatal = this.#fatal.get(plugin);
    return fatal?.digest === digest ? fatal : undefined;
  }

  /** The crashes of a plugin that an earlier process has counted. */
  crashes(plugin: string): CountedCrashes | undefined {
    return this.#crashes.get(plugin);
  }

  /** Keeps the crashes of a plugin for the next process; none forgets them. */
  keepCrashes(plugin: string, crashes: CountedCrashes | undefined): void {
    if (!crashes && !this.#crashes.has(plugin)) return;
    if (crashes) this.#crashes.set(plugin, crashes);
    else this.#crashes.delete(plugin);
    this.#save();
  }

  /** Forgets what is known against a plugin. */
  forgive(plugin: string): void {
    const isKnown = [this.#fatal.delete(plugin), this.#crashes.delete(plugin)].includes(true);
    if (isKnown) this.#save();
  }

  /** For a host that ends: what it was starting then has done no harm. */
  close(): void {
    this.#isClosed = true;
    const hadStarting = this.#starting.size > 0;
    this.#starting.clear();
    if (hadStarting) this.#save();
  }

  #save(): void {
    const { file, self } = this.#options;
    if ([this.#starting, this.#fatal, this.#crashes].every(({ size }) => size === 0)) return file.removeNow();
    const fatal: JsonObject = Object.fromEntries(Array.from(this.#fatal, ([plugin, entry]) => [plugin, { ...entry }]));
    const crashes: JsonObject = Object.fromEntries(
      Array.from(this.#crashes, ([plugin, { digest, at }]) => [plugin, { digest, at: [...at] }]),
    );
    file.writeNow({ by: self.id, starting: Object.fromEntries(this.#starting), fatal, crashes });
  }
}

function textsOf(value: Json | undefined): [string, string][] {
  return entriesOf(value).flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, entry]] : []));
}

function readFatal(value: Json | undefined): Map<string, FatalStarts> {
  return new Map(
    entriesOf(value).flatMap(([plugin, entry]) => {
      if (!isJsonObject(entry)) return [];
      const { digest, count, alone, at } = entry;
      if (typeof digest !== 'string' || typeof count !== 'number' || typeof at !== 'number') return [];
      return [[plugin, { digest, count, alone: alone === true, at }]];
    }),
  );
}

function readCrashes(value: Json | undefined): Map<string, CountedCrashes> {
  return new Map(
    entriesOf(value).flatMap(([plugin, entry]) => {
      if (!isJsonObject(entry)) return [];
      const { digest, at } = entry;
      if (typeof digest !== 'string' || !Array.isArray(at)) return [];
      return [[plugin, { digest, at: at.filter((time) => typeof time === 'number') }]];
    }),
  );
}

function entriesOf(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
