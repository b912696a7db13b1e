import path from 'node:path';
import { PluginError } from './errors/plugin-error.ts';
import type { GuardRule } from './operations/plugin-guard.ts';

/** What keeps one plugin from harming everybody. */
export interface ContainmentOptions {
  /**
   * Watches the event loop from a thread of its own: a plugin that blocks it is named, and its code is ended when that
   * goes on; `false` watches nothing.
   */
  readonly stallWatch?:
    | false
    | {
        /** How long the loop must stand still until that is written down, in milliseconds; default 500, at least 100. */
        readonly reportMs?: number;
        /** How long until the code is ended and the plugin has crashed, in milliseconds; default 5,000. `false`: never. */
        readonly terminateMs?: number | false;
      };
  /**
   * What plugins are kept from doing to everybody in the process: default `process`, to end it, to send it signals, to
   * change its directory or its user; `everything`, also to replace globals and members of the prototypes that all use,
   * which stays so for the process; `false`, nothing.
   */
  readonly guard?: GuardRule;
}

/** These options with every default in its place. */
export interface ResolvedContainment {
  readonly guard: GuardRule;
  readonly stallWatch: ResolvedStallWatch | false;
}

export interface ResolvedStallWatch {
  readonly reportMs: number;
  readonly terminateMs: number | false;
  /** Where word of a culprit is left that the process did not survive. */
  readonly file: string;
}

/** Timers of Node fire at once when they are set for longer than this. */
const longestMs = 2 ** 31 - 1;

/** Checks the options and fills in the defaults. Throws `OPTIONS_INVALID`. */
export function resolveContainment({
  guard = 'process',
  stallWatch = {},
  pluginsDir,
}: ContainmentOptions & { readonly pluginsDir: string }): ResolvedContainment {
  if (![false, 'process', 'everything'].includes(guard)) throw invalid('guard', 'false, "process" or "everything"');
  if (stallWatch === false) return { guard, stallWatch };
  const { reportMs = 500, terminateMs = 5_000 } = stallWatch;
  if (!(reportMs >= 100 && reportMs <= longestMs)) throw invalid('stallWatch.reportMs', 'milliseconds, 100 or more');
  if (terminateMs !== false && !(terminateMs >= reportMs && terminateMs <= longestMs))
    throw invalid('stallWatch.terminateMs', 'false, or milliseconds, reportMs or more');
  return { guard, stallWatch: { reportMs, terminateMs, file: path.resolve(pluginsDir, '.stall.json') } };
}

function invalid(option: string, expected: string): PluginError {
  return new PluginError('OPTIONS_INVALID', `createPluginHost: ${option}: expected ${expected}.`);
}
