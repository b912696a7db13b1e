import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CapabilitySession } from '../capabilities/capability.ts';
import type { LineKeeper } from '../capabilities/line-keeper.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import type { RuntimeKind } from '../manifest/plugin-manifest.ts';
import { redactValue } from '../errors/redact-value.ts';
import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginData } from '../ports/data-transaction.ts';
import type { Logger } from '../ports/logger.ts';
import type { LoadedPlugin, Runtime, RuntimeSession } from '../runtimes/runtime.ts';
import type { StallWatchAccess } from '../runtimes/stall-watch-access.ts';
import { CallGate, type CallOwner } from '../scope/call-gate.ts';
import type { CallMeter } from '../scope/call-meter.ts';
import type { CallTracer } from '../scope/call-tracer.ts';
import type { LoopTime } from '../scope/loop-time.ts';
import { ResourceLedger } from '../scope/resource-ledger.ts';
import { Scope } from '../scope/scope.ts';
import { Generation, type GenerationWatch } from './generation.ts';
import { SwitchedData } from './switched-data.ts';

export interface GenerationFactoryOptions {
  readonly runtimes: ReadonlyMap<RuntimeKind, Runtime>;
  /** Makes the context of a generation out of the host's capabilities. */
  readonly createContext: (session: CapabilitySession) => object;
  /** What plugins keep. */
  readonly data: PluginData;
  readonly installIdOf: (plugin: string) => string;
  readonly attribution: AsyncLocalStorage<CallOwner>;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Keeps the lines of a generation. */
  readonly keeperOf: (plugin: string, generation: number) => LineKeeper;
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
  /** Makes what follows the calls of one generation of a plugin. */
  readonly meterOf: (plugin: string) => CallMeter;
  readonly loopTime: LoopTime;
  readonly callTracer: CallTracer | undefined;
  /** Where generations enter what they open, and tell what they leave behind. */
  readonly leaks: {
    readonly ledgers: WeakMap<CallOwner, ResourceLedger>;
    watch(plugin: string): GenerationWatch;
  };
  /** Absent when nobody watches the event loop. */
  readonly stalls?: StallWatchAccess | undefined;
}

/** Loads the code of a release; none of its hooks has run. `onGate` gets its call gate before any of its code runs. */
export type BuildGeneration = (release: Release, onGate: (gate: CallGate) => void) => Promise<Generation>;

/** Makes a function that makes a generation out of a release. */
export function createGenerationFactory(options: GenerationFactoryOptions): BuildGeneration {
  let count = 0;
  return async (release, onGate) => {
    if (release.problem) throw release.problem;
    const runtime = runtimeFor(release, options.runtimes);
    count += 1;
    return loadGeneration(release, count, { ...options, runtime, onGate });
  };
}

async function loadGeneration(
  release: Release,
  number: number,
  options: GenerationFactoryOptions & { readonly runtime: Runtime; readonly onGate: (gate: CallGate) => void },
): Promise<Generation> {
  const { plugin, manifest } = release;
  const onFailure = (label: string, error: unknown): void => options.onFailure(plugin, label, error);
  const { attribution, clock, leaks, loopTime, callTracer: tracer } = options;
  const { requestTimeoutMs } = manifest.limits;
  const owner = { plugin, generation: number };
  const meter = options.meterOf(plugin);
  const gate = new CallGate({ owner, attribution, clock, requestTimeoutMs, meter, loopTime, tracer, onFailure });
  options.onGate(gate);
  const scope = new Scope(plugin, onFailure);
  const { directory } = release;
  const currentOwner = (): CallOwner | undefined => attribution.getStore();
  const now = (): number => clock.now();
  const resources = new ResourceLedger({ owner, directory, now, currentOwner, ledgers: leaks.ledgers, onFailure });
  const logger = options.logger.child({ plugin, generation: number });
  const installId = options.installIdOf(plugin);
  const data = new SwitchedData(options.data);
  const keeper = options.keeperOf(plugin, number);
  const context = options.createContext({ release, installId, generation: number, scope, gate, logger, keeper, data });
  const watch = leaks.watch(plugin);
  const redact = (text: string): string => options.redact(plugin, text);
  try {
    const { stalls } = options;
    const code = await loadCode(options.runtime, release, gate, { resources, stalls });
    const ownTurn = stalls?.ownTurn;
    return new Generation({
      ownTurn,
      number,
      release,
      scope,
      gate,
      resources,
      data,
      context,
      code,
      redact,
      onFailure,
      watch,
    });
  } catch (error) {
    // the top level of its modules ran, as far as it got
    const left = resources.closeAll();
    if (left.length > 0) watch.leftBehind(number, left);
    throw redactValue(error, redact);
  }
}

async function loadCode(
  runtime: Runtime,
  release: Release,
  gate: CallGate,
  session: RuntimeSession,
): Promise<LoadedPlugin> {
  const { plugin, manifest } = release;
  let loading: Promise<LoadedPlugin> | undefined;
  try {
    return await gate.run(
      'hook',
      'loading its code',
      () => (loading = runtime.load(release, session)),
      manifest.limits.onLoadMs,
    );
  } catch (error) {
    // code that turns up after all is let go of
    loading?.then((late) => late.release()).catch(() => undefined);
    if (!hasCode(error, 'CALL_TIMEOUT')) throw error;
    const message = `The code of plugin "${plugin}" was not loaded within ${manifest.limits.onLoadMs} ms; a top-level await may never end.`;
    throw new PluginError('MODULE_FAILED', message, { plugin });
  }
}

function runtimeFor(release: Release, runtimes: ReadonlyMap<RuntimeKind, Runtime>): Runtime {
  const { runtime: kind } = release.manifest;
  const runtime = runtimes.get(kind);
  if (runtime) return runtime;
  const message = `Plugin "${release.plugin}" asks for the runtime "${kind}", which this host does not have.`;
  throw new PluginError('RUNTIME_UNSUPPORTED', message, { plugin: release.plugin });
}
