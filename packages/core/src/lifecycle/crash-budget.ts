import type { Reason } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { CountedCrashes } from './crash-record.ts';

/** How often a plugin may crash before it is left alone. */
export interface CrashLimit {
  /** The crash that is one too many. */
  readonly crashes: number;
  /** How long a crash counts, and how long a plugin must run to be healthy again, in milliseconds. */
  readonly withinMs: number;
}

/** What a crash leads to: another try after a pause, or quarantine. */
export interface CrashVerdict {
  /** Crashes before this one without a healthy time between them. */
  readonly earlier: number;
  /** Why the plugin is not tried again; undefined while it is. */
  readonly quarantine: PluginError | undefined;
}

/** Where the crashes of one plugin are kept for the next process. */
export interface CrashMemory {
  readonly crashes: CountedCrashes | undefined;
  keep(crashes: CountedCrashes | undefined): void;
}

/** Counts the crashes of one plugin; those of one release are not those of another. */
export class CrashBudget {
  readonly #limit: CrashLimit;
  readonly #clock: Clock;
  readonly #memory: CrashMemory;
  #digest: string | undefined;
  #crashedAt: readonly number[];
  #streak = 0;
  /** When it went live or crashed last. */
  #changedAt = Infinity;

  constructor(limit: CrashLimit, clock: Clock, memory: CrashMemory) {
    this.#limit = limit;
    this.#clock = clock;
    this.#memory = memory;
    this.#digest = memory.crashes?.digest;
    this.#crashedAt = memory.crashes?.at ?? [];
  }

  /** From now on the release is becoming healthy. */
  wentLive({ digest }: Release): void {
    this.#follow(digest);
    this.#changedAt = this.#clock.now();
  }

  /** Forgets the crashes. */
  reset(): void {
    this.#crashedAt = [];
    this.#streak = 0;
    this.#memory.keep(undefined);
  }

  /** Counts a crash of the release. */
  spend({ plugin, manifest, digest }: Release, { message }: Reason): CrashVerdict {
    this.#follow(digest);
    const { crashes, withinMs } = this.#limit;
    const now = this.#clock.now();
    if (now - this.#changedAt >= withinMs) this.#streak = 0;
    this.#changedAt = now;
    this.#crashedAt = [...this.#crashedAt.filter((at) => now - at < withinMs), now];
    this.#memory.keep({ digest, at: this.#crashedAt });
    const [first = now] = this.#crashedAt;
    const count = this.#crashedAt.length;
    const earlier = this.#streak++;
    if (count < crashes) return { earlier, quarantine: undefined };
    const times = count === 1 ? 'once' : `${count} times`;
    const text = `Plugin "${plugin}" ${manifest.version} crashed ${times} since ${new Date(first).toISOString()}. The last time: ${message}`;
    return { earlier, quarantine: new PluginError('PLUGIN_QUARANTINED', text, { plugin }) };
  }

  #follow(digest: string): void {
    if (digest !== this.#digest) this.reset();
    this.#digest = digest;
  }
}
