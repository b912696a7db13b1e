import type { AsyncLocalStorage } from 'node:async_hooks';
import { PluginError } from '../errors/plugin-error.ts';
import type { Logger } from '../ports/logger.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import type { DenialRecorder } from './denial-recorder.ts';
import { guardIntrinsics } from './intrinsics-guard.ts';
import { guardProcess } from './process-guard.ts';

/** What is kept from plugins: what they can do to the process, that and the intrinsics, or nothing. */
export type GuardRule = 'process' | 'everything' | false;

export interface PluginGuardOptions {
  readonly guard: GuardRule;
  readonly attribution: AsyncLocalStorage<CallOwner>;
  readonly denials: DenialRecorder;
  readonly logger: Logger;
}

/** Keeps the mistakes of plugins from ending the process of everybody; no protection from malice. */
export class PluginGuard {
  readonly #options: PluginGuardOptions;
  #undo: readonly (() => void)[] = [];

  constructor(options: PluginGuardOptions) {
    this.#options = options;
  }

  /** To be called when uncaught errors are claimed, and before any plugin code runs. */
  start(): void {
    const { guard } = this.#options;
    if (guard === false || this.#undo.length > 0) return;
    const undo = [guardProcess(this.#refuse)];
    if (guard === 'everything') undo.push(guardIntrinsics(this.#refuse));
    this.#undo = undo;
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }

  readonly #refuse = (what: string): void => {
    const { attribution, denials, logger } = this.#options;
    const owner = attribution.getStore();
    if (owner === undefined) return;
    const { plugin, generation } = owner;
    const message = `Plugin "${plugin}" may not do this to the process of everybody: ${what}.`;
    attribution.exit(() => {
      logger.warn({ plugin, generation, what }, message);
      denials.record(plugin, 'process', what);
    });
    throw new PluginError('PROCESS_PROTECTED', message, { plugin });
  };
}
