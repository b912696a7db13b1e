import { PluginError, hasCode, isPluginError } from '../errors/plugin-error.ts';
import { describeError } from '../errors/describe-error.ts';
import { redactValue, type RedactText } from '../errors/redact-value.ts';
import type { PluginLimits } from '../manifest/plugin-manifest.ts';
import type { Release } from '../manifest/release.ts';
import type { HookName, LoadedPlugin } from '../runtimes/runtime.ts';
import type { CallGate, CallLimit } from '../scope/call-gate.ts';
import type { LeftResource, ResourceLedger } from '../scope/resource-ledger.ts';
import type { Scope } from '../scope/scope.ts';
import type { BroughtData } from './brought-data.ts';
import type { HealthAnswer } from './health-answer.ts';
import type { SwitchedData } from './switched-data.ts';

/** A generation that is over, with what can tell whether something still holds it. */
export interface RetiredGeneration {
  readonly plugin: string;
  readonly number: number;
  readonly version: string;
  /** Objects that live as long as anything of the generation does. */
  readonly traces: readonly object[];
  /** What is known to outlive it. */
  readonly heldBy: readonly string[];
}

/** Hears what a generation left behind. */
export interface GenerationWatch {
  /** Resources that the plugin's code had not closed when their time was over. */
  leftBehind(generation: number, left: readonly LeftResource[]): void;
  retired(generation: RetiredGeneration): void;
}

/** The parts that a generation is made of. */
export interface GenerationParts {
  readonly number: number;
  readonly release: Release;
  readonly scope: Scope;
  readonly gate: CallGate;
  readonly resources: ResourceLedger;
  readonly data: SwitchedData;
  readonly context: object;
  readonly code: LoadedPlugin;
  /** Keeps secrets of the plugin out of what it throws. */
  readonly redact: RedactText;
  /** Hears of clean-up that failed; it goes on all the same. */
  readonly onFailure: (label: string, error: unknown) => void;
  readonly watch: GenerationWatch;
  /** Resolves when a hook may be called, where it should run with nothing else of the host in the same turn. */
  readonly ownTurn?: (() => Promise<unknown>) | undefined;
}

/** How the calls of a generation ended. */
export interface DrainResult {
  /** Whether every call ended by itself. */
  readonly clean: boolean;
  /** Calls that were cut at the deadline. */
  readonly cut: number;
}

/** One release, brought to life: loaded, then enabled, then published. */
export class Generation {
  readonly number: number;
  readonly release: Release;
  readonly scope: Scope;
  readonly gate: CallGate;
  /** What it works on. */
  readonly data: SwitchedData;
  /** What it said of itself before it went live, where it was asked. */
  healthBeforeLive: HealthAnswer | undefined;
  readonly #parts: GenerationParts;
  #enabled = false;
  #data: BroughtData | undefined;
  #wasLive = false;
  /** What will outlive the generation, as far as it is known. */
  readonly #heldBy: string[] = [];

  constructor(parts: GenerationParts) {
    this.number = parts.number;
    this.release = parts.release;
    this.scope = parts.scope;
    this.gate = parts.gate;
    this.data = parts.data;
    this.#parts = parts;
  }

  /** Whether it was cut off: its signal has fired, so it cannot be enabled again. */
  get isSpent(): boolean {
    return this.gate.signal.aborted;
  }

  /** The version that the data of the plugin is made for once this is live; `undefined` before it is loaded. */
  get dataVersion(): string | undefined {
    return this.#data?.version;
  }

  /**
   * Makes the data of the plugin fit, then runs `onLoad`; when one of them fails, all of it is undone. Throws
   * `DATA_MIGRATION_FAILED`, `HOOK_FAILED`, `HOOK_TIMEOUT`, `PLUGIN_CRASHED`.
   */
  async load(bringData: (generation: Generation) => Promise<BroughtData>): Promise<void> {
    try {
      this.gate.signal.throwIfAborted();
      this.#data = await bringData(this);
      this.gate.signal.throwIfAborted();
      await this.#hook('onLoad', 'onLoadMs');
    } catch (error) {
      this.#cut(error);
      await this.#release();
      throw error;
    }
  }

  /** Runs `onEnable`; when it fails, the generation is gone. Throws `HOOK_FAILED`, `HOOK_TIMEOUT`, `PLUGIN_CRASHED`. */
  async enable(): Promise<void> {
    this.scope.beginEnabled();
    this.gate.owner = this.#parts.resources.beginEnabled();
    try {
      this.gate.signal.throwIfAborted();
      await this.#hook('onEnable', 'onEnableMs');
      this.#enabled = true;
    } catch (error) {
      await this.dispose();
      throw error;
    }
  }

  /** Turns everything it registered on, in this tick. Throws what it was cut off for. */
  publish(): void {
    this.gate.signal.throwIfAborted();
    this.scope.publish();
    if (this.#wasLive) return;
    this.#wasLive = true;
    this.#data?.wentLive();
  }

  /** Turns everything it registered off, in this tick. */
  withdraw(): void {
    this.scope.withdraw();
  }

  /** Waits for the calls in flight, and cuts those that are left after `drainMs` or when `force` aborts. */
  async drain(drainMs: number, force?: AbortSignal): Promise<DrainResult> {
    const clean = await this.gate.drained(drainMs, force);
    if (clean) return { clean, cut: 0 };
    const why = force?.aborted ? 'was not given the time to drain' : `did not drain within ${drainMs} ms`;
    const reason = new PluginError('SCOPE_CLOSED', `The generation ${why}.`, {
      plugin: this.release.plugin,
    });
    return { clean, cut: this.#cut(reason) };
  }

  /** Runs `onDisable` and releases what was registered since `onEnable`; never fails. */
  async disable(): Promise<void> {
    if (!this.#enabled) return;
    this.#enabled = false;
    await this.#cleanUpHook('onDisable');
    await this.scope.endEnabled();
    const { resources } = this.#parts;
    this.gate.owner = resources.owner;
    this.#report(resources.endEnabled());
  }

  /** Disables, runs `onUnload`, releases everything and lets go of the code; never fails. */
  async dispose(): Promise<void> {
    this.scope.withdraw();
    await this.disable();
    this.#cut(new PluginError('SCOPE_CLOSED', 'The generation ended.', { plugin: this.release.plugin }));
    await this.#cleanUpHook('onUnload');
    await this.#release();
  }

  /** Whether the plugin has the hook. */
  has(hook: HookName): boolean {
    return this.#parts.code.has(hook);
  }

  /** Calls a hook that is no step of the lifecycle; what it throws is passed on, without secrets. */
  async call(hook: HookName, limit: number | CallLimit, ...args: unknown[]): Promise<unknown> {
    const { code, context, ownTurn } = this.#parts;
    const call = (): unknown => code.call(hook, [context, ...args]);
    try {
      // nobody who waits for the hook is on its stack then: code that is ended takes its callers along
      return await this.gate.run('hook', hook, ownTurn ? () => ownTurn().then(call) : call, limit);
    } catch (error) {
      throw redactValue(error, this.#parts.redact);
    }
  }

  /** A text of the plugin without its secrets. */
  redact(text: string): string {
    return this.#parts.redact(text);
  }

  async #hook(hook: HookName, limit: keyof PluginLimits): Promise<void> {
    if (!this.has(hook)) return;
    const timeoutMs = this.release.manifest.limits[limit] ?? 0;
    const { plugin } = this.release;
    try {
      await this.call(hook, timeoutMs);
    } catch (error) {
      if (hasCode(error, 'CALL_TIMEOUT')) {
        const message = `${hook} of plugin "${plugin}" did not end within ${timeoutMs} ms.`;
        throw new PluginError('HOOK_TIMEOUT', message, {
          plugin,
          hint: `Move slow work out of ${hook}, or raise limits.${limit} in plugin.json.`,
        });
      }
      // what the framework itself refused says more than that the hook failed
      if (isPluginError(error)) throw error;
      throw new PluginError('HOOK_FAILED', `${hook} of plugin "${plugin}" failed: ${describeError(error)}`, {
        plugin,
        cause: error,
      });
    }
  }

  async #cleanUpHook(hook: 'onDisable' | 'onUnload'): Promise<void> {
    try {
      await this.#hook(hook, 'onDisableMs');
    } catch (error) {
      this.#parts.onFailure(hook, error);
    }
  }

  #cut(reason: unknown): number {
    this.#heldBy.push(...this.gate.describe().map(({ label }) => `call ${label}, which was cut`));
    return this.gate.cut(reason);
  }

  #report(left: readonly LeftResource[]): void {
    this.#heldBy.push(...left.filter(({ closed }) => !closed).map(({ label }) => `${label}, which was not closed`));
    if (left.length > 0) this.#parts.watch.leftBehind(this.number, left);
  }

  #retire(): void {
    const { release, number, context, code, watch } = this.#parts;
    const { plugin, manifest } = release;
    const traces = [this, context, ...(code.traces?.() ?? [])];
    watch.retired({ plugin, number, version: manifest.version, traces, heldBy: this.#heldBy });
  }

  async #release(): Promise<void> {
    await this.scope.dispose();
    this.#report(this.#parts.resources.closeAll());
    await this.#data?.end();
    this.#retire();
    try {
      await this.#parts.code.release();
    } catch (error) {
      this.#parts.onFailure('release of the code', error);
    }
  }
}

/** In one tick the running generation goes off and the next goes on; if that fails, the running one is on again. */
export function swapGenerations(running: Generation | undefined, next: Generation): void {
  running?.withdraw();
  try {
    next.publish();
  } catch (error) {
    if (running?.isSpent === false) running.publish();
    throw error;
  }
}

/** Takes a step with a generation that is not live yet; if it fails, the generation is gone. */
export async function disposeOnFailure(generation: Generation, step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    await generation.dispose();
    throw error;
  }
}
