import type { Reason } from '../protocol/plugin-state.ts';
import { isPluginError } from './plugin-error.ts';

export type { Reason };

/** One sentence for whatever was thrown: errors, strings, frozen or hostile objects, nothing at all. */
export function describeError(thrown: unknown): string {
  try {
    // oxlint-disable-next-line typescript/no-unnecessary-type-conversion -- plugins may set message to anything
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
    if (typeof thrown === 'object' && thrown !== null) return JSON.stringify(thrown) ?? 'an object';
    return String(thrown);
  } catch {
    return 'a value that cannot be printed';
  }
}

/** Makes the reason of a state out of whatever was thrown. */
export function reasonOf(thrown: unknown): Reason {
  if (isPluginError(thrown)) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return { code: 'HOOK_FAILED', message: describeError(thrown), hint: 'Read the log of the plugin.' };
}
