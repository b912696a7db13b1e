import type { RetiredGeneration } from '../lifecycle/generation.ts';
import type { Clock } from '../ports/clock.ts';
import type { RetiredGenerationStatus } from '../protocol/plugin-summary.ts';
import { MajorCollections } from './major-collections.ts';

/** How many generations of a plugin are remembered. */
const remembered = 10;

/** A collection may have begun before the generation ended; two that ended after it leave no doubt. */
const enoughCollections = 2;

const unknownHolder =
  'unknown: take a heap snapshot (node --heapsnapshot-signal=SIGUSR2) and look what retains the context of the plugin';

interface Watched extends Pick<RetiredGeneration, 'number' | 'version' | 'heldBy'> {
  readonly retiredAt: number;
  readonly traces: readonly WeakRef<object>[];
  /** Global variables that appeared while the generation lived. */
  readonly globals: readonly string[];
  /** Full collections before it was retired. */
  readonly collectionsBefore: number;
  collected: boolean;
}

/** Says of generations that were disposed whether anything still holds them, so that a leak has a name. */
export class RetiredGenerations {
  readonly #clock: Clock;
  readonly #byPlugin = new Map<string, Watched[]>();
  readonly #globalsOf = new Map<string, Set<string>>();
  readonly #collections = new MajorCollections();
  /** Shared by the generations that began while nobody set another. */
  #knownGlobals: ReadonlySet<string> = new Set();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called before the code of a generation runs; the result is called when it is over. */
  begin(plugin: string): (retired: RetiredGeneration) => void {
    const own = this.#globalsOf.get(plugin) ?? new Set();
    this.#globalsOf.set(plugin, own);
    const before = this.#globalsNow();
    return (retired) => {
      // what an earlier generation of the plugin set may have become this one's
      const globals = [...this.#globalsNow()].filter((name) => !before.has(name) || own.has(name));
      for (const name of globals) own.add(name);
      this.#add(retired, globals);
    };
  }

  /** Those of a plugin, the latest first. */
  of(plugin: string): RetiredGenerationStatus[] {
    this.#look();
    return (this.#byPlugin.get(plugin) ?? []).map((watched) => this.#statusOf(watched)).toReversed();
  }

  forget(plugin: string): void {
    this.#byPlugin.delete(plugin);
    this.#globalsOf.delete(plugin);
    this.#look();
  }

  /** Ends the watching, which nobody will ask about any more. */
  close(): void {
    this.#collections.unwatch();
  }

  #globalsNow(): ReadonlySet<string> {
    const names = Object.getOwnPropertyNames(globalThis);
    const known = this.#knownGlobals;
    if (names.length !== known.size || !names.every((name) => known.has(name))) this.#knownGlobals = new Set(names);
    return this.#knownGlobals;
  }

  #add({ plugin, number, version, traces, heldBy }: RetiredGeneration, globals: readonly string[]): void {
    const watched = {
      number,
      version,
      heldBy: [...heldBy],
      globals,
      retiredAt: this.#clock.now(),
      traces: traces.map((trace) => new WeakRef(trace)),
      collectionsBefore: this.#collections.count,
      collected: false,
    };
    this.#byPlugin.set(plugin, [...(this.#byPlugin.get(plugin) ?? []), watched].slice(-remembered));
    this.#collections.watch(() => this.#look());
  }

  #look(): void {
    const watched = [...this.#byPlugin.values()].flat().filter(({ collected }) => !collected);
    for (const one of watched) one.collected = one.traces.every((trace) => trace.deref() === undefined);
    if (watched.every(({ collected }) => collected)) this.#collections.unwatch();
  }

  #statusOf(watched: Watched): RetiredGenerationStatus {
    const { number, version, retiredAt, collected, collectionsBefore } = watched;
    const isSure = this.#collections.count - collectionsBefore >= enoughCollections;
    const state = collected ? 'collected' : isSure ? 'held' : 'pending';
    return {
      generation: number,
      version,
      retiredAt: new Date(retiredAt).toISOString(),
      state,
      heldForMs: collected ? 0 : this.#clock.now() - retiredAt,
      heldBy: state === 'held' ? holdersOf(watched) : [],
    };
  }
}

function holdersOf({ heldBy, globals }: Watched): string[] {
  const variables = globals.filter((name) => name in globalThis).map((name) => `global variable '${name}'`);
  const known = [...heldBy, ...variables];
  return known.length > 0 ? known : [unknownHolder];
}
