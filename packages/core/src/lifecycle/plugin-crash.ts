import { describeError } from '../errors/describe-error.ts';
import { isPluginError, PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { PluginJournal } from './plugin-journal.ts';

/** An uncaught error of a plugin, or code of it that was ended because it blocked the event loop. */
export interface PluginCrash extends CrashedCode {
  readonly thrown: unknown;
  readonly origin: 'uncaughtException' | 'unhandledRejection' | 'stall';
  /** The first position of the plugin on the stack, as `index.js:3:20`. */
  readonly where: string | undefined;
}

/** What is known of whose code went wrong. */
export interface CrashedCode {
  /** The generation whose code ran; undefined when only the stack is known. */
  readonly generation: number | undefined;
  /** The directory of the plugin that the stack names, where that is all that is known. */
  readonly directory: string | undefined;
}

/** Code that an uncaught error can come from: a generation, or what is being made into one. */
export interface RunningCode {
  readonly gate: CallGate;
  readonly release: Release;
  withdraw?(): void;
}

/**
 * Fails what the error comes from, and nothing else: it is off when this returns, and its calls are cut.
 * Returns its gate; undefined when it has ended already.
 */
export function failCode(
  running: readonly RunningCode[],
  crash: PluginCrash,
  journal: PluginJournal,
): CallGate | undefined {
  const { origin, where = null } = crash;
  const failed = findCode(running, crash);
  if (!failed) return undefined;
  const { plugin, generation } = failed.gate.owner;
  const error = crashError(plugin, crash);
  const data = { message: error.message, origin, where, generation };
  journal.note({ plugin, type: 'plugin:crashed', actor: 'system', result: 'failed', reason: error.message, data });
  failed.withdraw?.();
  failed.gate.cut(error);
  return failed.gate;
}

/** Finds the code among what runs, unless it has ended. */
export function findCode(
  running: readonly RunningCode[],
  { generation, directory }: CrashedCode,
): RunningCode | undefined {
  if (generation === undefined) return runningFrom(directory, running);
  return running.find(({ gate }) => gate.owner.generation === generation && !gate.signal.aborted);
}

/** Packages lie in the plugin folder also for a generation that runs from a copy: then it is the one that serves. */
function runningFrom(directory: string | undefined, running: readonly RunningCode[]): RunningCode | undefined {
  const left = running.filter(({ gate }) => !gate.signal.aborted);
  return left.find(({ release }) => release.directory === directory) ?? left[0];
}

function crashError(plugin: string, { thrown, origin, where }: PluginCrash): PluginError {
  if (isPluginError(thrown) && thrown.code === 'PLUGIN_STALLED') return thrown;
  const what = origin === 'unhandledRejection' ? 'left a rejection unhandled' : 'threw an error that nobody caught';
  const position = where === undefined ? '' : ` (${where})`;
  const message = `Plugin "${plugin}" ${what}: ${describeError(thrown)}${position}`;
  return new PluginError('PLUGIN_CRASHED', message, { plugin, cause: thrown });
}
