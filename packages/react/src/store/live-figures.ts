import type { LiveMetrics, MetricPoint, PluginMetrics } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { DetailWatches } from './detail-watches.ts';
import { everyPlugin } from './plugin-observations.ts';
import type { PluginStore } from './plugin-store.ts';

/** What a plugin does right now. */
export interface PluginFigures {
  /** Of the last minute: percentiles, failures and more. `null` where the host keeps no series; absent until it has answered. */
  readonly lastMinute: MetricPoint | null | undefined;
  /** One number for each second since somebody looks, the oldest first, 60 at most. */
  readonly requestsPerSecond: readonly number[];
  /** Calls of all kinds that have not ended, those of generations that drain included; `null` before it is known. */
  readonly inFlight: number | null;
}

/** By plugin; absent until the server has answered. */
type Figures = ReadonlyMap<string, PluginFigures> | undefined;

const mostSeconds = 60;
const nobody: ReadonlyMap<string, PluginFigures> = new Map();

/** The figures of all plugins, once a second while somebody looks at them. */
export class LiveFigures {
  readonly state: Pick<StoreApi<Figures>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly #state = createStore<Figures>()(() => undefined);
  readonly #store: PluginStore;
  readonly #watches: DetailWatches;
  /** Of which moment the figures are, in milliseconds since the epoch. */
  #at: number | undefined;
  /** What was told last of each plugin. */
  #told: ReadonlyMap<string, PluginMetrics> = new Map();

  constructor(store: PluginStore) {
    this.#store = store;
    this.state = this.#state;
    this.#watches = new DetailWatches(async (_all, signal) => {
      // without an answer there are no figures yet; the next come by themselves
      const snapshot = await store.client.metrics({ signal }).catch(() => undefined);
      if (snapshot && !signal.aborted) this.#take({ isWhole: true, ...snapshot });
    });
    store.live.listen({ onMetrics: (figures) => this.#take(figures) });
  }

  /** Loads the figures and keeps them new until the returned function is called. */
  watch(): () => void {
    const unwant = this.#store.live.want('metric');
    const unwatch = this.#watches.watch(everyPlugin);
    return () => {
      unwatch();
      unwant();
    };
  }

  /** Of a plugin that is not mentioned nothing was counted, so what was told last of it is still so. */
  #take({ at, isWhole, plugins }: LiveMetrics): void {
    const now = Date.parse(at);
    const seconds = this.#at === undefined ? 0 : (now - this.#at) / 1000;
    // an answer that was overtaken
    if (seconds < 0) return;
    const before = this.#told;
    this.#at = now;
    this.#told = new Map([...(isWhole ? [] : before), ...plugins.map((one) => [one.plugin, one] as const)]);
    const known = this.#state.getState() ?? nobody;
    const figures = new Map<string, PluginFigures>();
    for (const [plugin, { calls, lastMinute }] of this.#told) {
      const rate = rateSince(before.get(plugin)?.calls.request.count, calls.request.count, seconds);
      const past = known.get(plugin)?.requestsPerSecond ?? [];
      const requestsPerSecond = [...past, ...rate].slice(-mostSeconds);
      const inFlight = Object.values(calls).reduce((sum, kind) => sum + kind.inFlight, 0);
      figures.set(plugin, kept(known.get(plugin), { lastMinute, requestsPerSecond, inFlight }));
    }
    this.#state.setState(figures, true);
  }
}

/** How many a second came since earlier, if that can be said. */
function rateSince(earlier: number | undefined, count: number, seconds: number): readonly number[] {
  // fewer than before: the host has started again
  return earlier === undefined || count < earlier || seconds === 0 ? [] : [(count - earlier) / seconds];
}

/** Keeps the known object when nothing is new, so that what shows it need not render. */
function kept(known: PluginFigures | undefined, figures: PluginFigures): PluginFigures {
  return known && JSON.stringify(known) === JSON.stringify(figures) ? known : figures;
}

/** The part of a store that is about what plugins do right now. */
export function figuresOf(store: PluginStore): LiveFigures {
  return new LiveFigures(store);
}
