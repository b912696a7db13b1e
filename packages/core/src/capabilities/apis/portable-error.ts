import { describeError } from '../../errors/describe-error.ts';

/**
 * A copy of an error that holds nothing of the plugin that threw it: its name, message, code and stack. What else it
 * carried stays with that plugin, whose generation could otherwise not be collected.
 */
export function portableError(thrown: unknown): Error {
  const copy = new Error(describeError(thrown));
  try {
    if (!(thrown instanceof Error)) return copy;
    const { name, stack, code }: { name?: unknown; stack?: unknown; code?: unknown } = thrown;
    copy.name = String(name);
    if (typeof stack === 'string') copy.stack = stack;
    if (typeof code === 'string' || typeof code === 'number') Object.assign(copy, { code });
  } catch {
    // plugins may throw errors whose getters throw
  }
  return copy;
}
