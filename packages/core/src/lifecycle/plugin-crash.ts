import { describeError } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import type { JournalEntry } from './plugin-journal.ts';

/** An uncaught error of a plugin. */
export interface PluginCrash {
  readonly thrown: unknown;
  readonly origin: 'uncaughtException' | 'unhandledRejection';
  /** The first position of the plugin on the stack, as `index.js:3:20`. */
  readonly where: string | undefined;
  /** The generation whose code ran; undefined when only the stack is known. */
  readonly generation: number | undefined;
}

/** The error that a generation ends with when it crashed. */
export function crashError(plugin: string, { thrown, origin, where }: PluginCrash): PluginError {
  const what = origin === 'unhandledRejection' ? 'left a rejection unhandled' : 'threw an error that nobody caught';
  const position = where === undefined ? '' : ` (${where})`;
  const message = `Plugin "${plugin}" ${what}: ${describeError(thrown)}${position}`;
  return new PluginError('PLUGIN_CRASHED', message, { plugin, cause: thrown });
}

/** The audit entry for a crash. */
export function crashEntry(
  { message }: PluginError,
  { plugin, generation }: CallOwner,
  crash: PluginCrash,
): JournalEntry {
  const data = { message, origin: crash.origin, where: crash.where ?? null, generation };
  return { plugin, type: 'plugin:crashed', actor: 'system', data };
}
