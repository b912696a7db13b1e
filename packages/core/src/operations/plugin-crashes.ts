import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextRound } from 'node:timers/promises';
import { describeError } from '../errors/describe-error.ts';
import { redactValue } from '../errors/redact-value.ts';
import type { PluginCrash } from '../lifecycle/plugin-crash.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { Logger } from '../ports/logger.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import type { FailureRecorder } from './failure-recorder.ts';
import { logFailure } from './log-failure.ts';
import { findInPlugins } from './stack-owner.ts';
import { stackFrames } from './stack-frames.ts';
import { claimUncaughtErrors, type Claim, type UncaughtError } from './uncaught-errors.ts';

export interface PluginCrashesOptions {
  readonly registry: PluginRegistry;
  readonly failures: FailureRecorder;
  readonly logger: Logger;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
}

/** A plugin that goes on throwing for ever keeps nobody waiting. */
const mostRounds = 10;

/** Finds the plugin that an uncaught error comes from, and fails it; other errors are none of its business. */
export class PluginCrashes {
  /** Knows whose code runs. */
  readonly attribution = new AsyncLocalStorage<CallOwner>();
  readonly #options: PluginCrashesOptions;
  #count = 0;
  #release: (() => void) | undefined;

  constructor(options: PluginCrashesOptions) {
    this.#options = options;
  }

  /** Uncaught errors of plugins since the host started. */
  get count(): number {
    return this.#count;
  }

  /** From now on errors of plugins do not end the process. */
  begin(): void {
    this.#release ??= claimUncaughtErrors((error) => this.#claim(error));
  }

  /** Waits until what plugins left behind has turned up: for a round of the event loop without an error. */
  async end(): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const before = this.#count;
      await nextRound();
      if (this.#count === before) break;
    }
    this.#release?.();
    // else each promise of the process would hand it on for ever
    this.attribution.disable();
  }

  /** By the async context, which survives values without a stack; else by the first stack frame in a plugin's folder. */
  #claim(error: UncaughtError): Claim | undefined {
    const owner = this.attribution.getStore();
    if (!owner && !error.mayReadStack) return undefined;
    const byStack = findInPlugins(stackFrames(error.thrown), this.#options.registry);
    if (owner) {
      const supervisor = this.#options.registry.get(owner.plugin);
      const other = byStack && byStack.supervisor !== supervisor ? byStack.supervisor.plugin : undefined;
      const where = other === undefined ? byStack?.where : undefined;
      const crash = { ...error, where, generation: owner.generation, directory: undefined };
      return { frame: -1, precision: 0, accept: () => this.#accept(owner.plugin, supervisor, crash, other) };
    }
    if (!byStack) return undefined;
    const { supervisor, directory, frame, where } = byStack;
    const crash = { ...error, where, generation: undefined, directory };
    return { frame, precision: directory.length, accept: () => this.#accept(supervisor.plugin, supervisor, crash) };
  }

  /** Fails a plugin whose code was ended because it blocked the event loop. */
  stalled(plugin: string, crash: PluginCrash): void {
    this.#accept(plugin, this.#options.registry.get(plugin), crash);
  }

  #accept(plugin: string, supervisor: PluginSupervisor | undefined, found: PluginCrash, stackSays?: string): void {
    const { failures, logger, redact } = this.#options;
    const crash = { ...found, thrown: redactValue(found.thrown, (text) => redact(plugin, text)) };
    this.#count += 1;
    // what the host does about it is not the plugin's
    this.attribution.exit(() => {
      if (!supervisor?.crash(crash)) return failures.record(plugin, `an ${nameOf[crash.origin]}`, crash.thrown);
      const { origin, where, generation } = crash;
      const details = { plugin, generation, origin, where, stackSays, err: crash.thrown };
      logFailure(logger, details, `plugin "${plugin}" crashed: ${describeError(crash.thrown)}`);
    });
  }
}

const nameOf = {
  uncaughtException: 'uncaught exception',
  unhandledRejection: 'unhandled rejection',
  stall: 'stall',
};
