import type { AsyncLocalStorage } from 'node:async_hooks';
import type { GenerationWatch } from '../lifecycle/generation.ts';
import type { PluginDetail } from '../protocol/plugin-summary.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import type { ResourceLedger } from '../scope/resource-ledger.ts';
import { LeftBehind, type LeftBehindOptions } from './left-behind.ts';
import { trackResourcesOfPackages } from './resource-hook.ts';
import { RetiredGenerations } from './retired-generations.ts';

export interface LeakWatchOptions extends LeftBehindOptions {
  readonly attribution: AsyncLocalStorage<CallOwner>;
  /** Whether what packages open is entered too; see the host option. */
  readonly trackResources: 'own-code' | 'everything';
}

/** Sees to what the generations of a host leave behind: resources that were not closed, memory that stays in use. */
export class LeakWatch {
  /** Finds what running code opens by its owner. */
  readonly ledgers = new WeakMap<CallOwner, ResourceLedger>();
  readonly #options: LeakWatchOptions;
  readonly #leftBehind: LeftBehind;
  readonly #retired: RetiredGenerations;
  #untrack: (() => void) | undefined;

  constructor(options: LeakWatchOptions) {
    this.#options = options;
    this.#leftBehind = new LeftBehind(options);
    this.#retired = new RetiredGenerations(options.clock);
  }

  /** To be called before any plugin code runs. */
  start(): void {
    const { attribution, trackResources } = this.#options;
    if (trackResources === 'own-code') return;
    this.#untrack ??= trackResourcesOfPackages(() => {
      const owner = attribution.getStore();
      return owner && this.ledgers.get(owner);
    });
  }

  /** To be called when all generations are gone. */
  stop(): void {
    this.#untrack?.();
    this.#retired.close();
  }

  /** Makes what hears of one generation of a plugin; to be called before its code runs. */
  watch(plugin: string): GenerationWatch {
    return {
      leftBehind: (generation, left) => this.#leftBehind.record(plugin, generation, left),
      retired: this.#retired.begin(plugin),
    };
  }

  describe(plugin: string): Pick<PluginDetail, 'leftBehind' | 'retired'> {
    return { leftBehind: this.#leftBehind.of(plugin), retired: this.#retired.of(plugin) };
  }

  forget(plugin: string): void {
    this.#leftBehind.forget(plugin);
    this.#retired.forget(plugin);
  }
}
