import type { PluginHost } from '@catalyst-plugins/core';
import type { LiveMetrics, PluginMetrics } from '@catalyst-plugins/core/protocol';

/** How often figures are told, in milliseconds. */
const tellMs = 1_000;

type Reader = (figures: LiveMetrics) => void;

/** Tells all readers of a host the figures of its plugins, from one snapshot a second; without readers there is none. */
export class LiveMetricsFeed {
  readonly #host: PluginHost;
  /** Who was told everything once. */
  readonly #readers = new Set<Reader>();
  readonly #newReaders = new Set<Reader>();
  /** What was told last of each plugin. */
  #told: ReadonlyMap<string, string> = new Map();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /** Tells a reader everything first and then what is new, until the returned function is called. */
  follow(read: Reader): () => void {
    // a function that comes twice is told twice
    const reader: Reader = (figures) => read(figures);
    this.#newReaders.add(reader);
    this.#timer ??= setInterval(() => this.#tell(), tellMs).unref();
    return () => {
      this.#newReaders.delete(reader);
      this.#readers.delete(reader);
      if (this.#newReaders.size + this.#readers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #tell(): void {
    const snapshot = this.#host.metrics.snapshot();
    const before = this.#told;
    const now = new Map(snapshot.plugins.map((figures) => [figures.plugin, textOf(figures)]));
    this.#told = now;
    const isPluginGone = [...before.keys()].some((plugin) => !now.has(plugin));
    const whole: LiveMetrics = { isWhole: true, ...snapshot };
    const plugins = snapshot.plugins.filter(({ plugin }) => before.get(plugin) !== now.get(plugin));
    const news: LiveMetrics = isPluginGone ? whole : { ...whole, isWhole: false, plugins };
    for (const reader of this.#readers) reader(news);
    for (const reader of this.#newReaders) {
      this.#newReaders.delete(reader);
      this.#readers.add(reader);
      reader(whole);
    }
  }
}

/** Figures without what changes when nothing was counted: when the last minute begins. */
function textOf({ lastMinute, ...figures }: PluginMetrics): string {
  return JSON.stringify([figures, lastMinute && { ...lastMinute, at: undefined }]);
}
