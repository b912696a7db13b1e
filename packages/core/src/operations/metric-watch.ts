import type { Clock } from '../ports/clock.ts';
import type { PluginMeter } from './plugin-meters.ts';

/** How often readers are told, in milliseconds. */
const batchMs = 1_000;

export interface MetricWatchOptions {
  readonly clock: Clock;
  readonly meters: () => readonly (readonly [plugin: string, meter: PluginMeter])[];
  readonly onFailure: (error: unknown) => void;
}

/** Tells readers once a second of which plugins something was counted; without readers it does nothing. */
export class MetricWatch {
  readonly #options: MetricWatchOptions;
  readonly #listeners = new Set<(plugins: readonly string[]) => void>();
  #told = new Map<string, string>();
  #cancel: (() => void) | undefined;

  constructor(options: MetricWatchOptions) {
    this.#options = options;
  }

  subscribe(listener: (plugins: readonly string[]) => void): () => void {
    if (this.#listeners.size === 0) this.#look();
    // a function that comes twice is told twice
    const own = (plugins: readonly string[]): void => listener(plugins);
    this.#listeners.add(own);
    this.#schedule();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    this.#cancel ??= this.#options.clock.after(batchMs, () => {
      this.#cancel = undefined;
      this.#schedule();
      this.#tell(this.#look());
    });
  }

  #tell(changed: readonly string[]): void {
    if (changed.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(changed);
      } catch (error) {
        this.#options.onFailure(error);
      }
    }
  }

  /** Plugins of which something was counted since the last look. */
  #look(): string[] {
    const now = this.#options.meters().map(([plugin, meter]) => [plugin, fingerprint(meter)] as const);
    const changed = now.filter(([plugin, print]) => this.#told.get(plugin) !== print).map(([plugin]) => plugin);
    this.#told = new Map(now);
    return changed;
  }
}

function fingerprint({ calls, refused, counted, operations, drains, eventLoop }: PluginMeter): string {
  return JSON.stringify([calls, refused, counted, operations, drains.count, eventLoop.stalls]);
}
