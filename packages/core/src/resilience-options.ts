import type { Environment } from './manifest/environment-overrides.ts';
import { assertMilliseconds, invalid } from './option-checks.ts';

/** What a host does when something around it is wrong. */
export interface ResilienceOptions {
  /**
   * Starts the host without the plugins named, or without any: the admin API works, their code does not run, and what is
   * wanted comes back with the next start without it. Default: the variable `CATALYST_SAFE_MODE`, `1` or names with commas.
   */
  readonly safeMode?: boolean | readonly string[];
  /** How long `stop` may take whatever plugins do, in milliseconds; default 25,000. */
  readonly shutdownMs?: number;
  /**
   * After how long without an answer to anybody the store is asked something, so that a host with nothing to do knows when
   * it is away, in milliseconds; default 3,000. `false` never asks; nor is the store in memory asked that a host makes itself.
   */
  readonly storeCheckMs?: false | number;
}

/** After how long without an answer the store is asked, or `undefined` where it is not. Throws `OPTIONS_INVALID`. */
export function storeCheckOf({ storeCheckMs }: ResilienceOptions, isGiven: boolean): number | undefined {
  const quietMs = storeCheckMs ?? (isGiven && 3_000);
  if (quietMs === false) return undefined;
  if (quietMs === 0) throw invalid('storeCheckMs', 'expected false or milliseconds, 1 at least');
  assertMilliseconds('storeCheckMs', quietMs);
  return quietMs;
}

/** What the option, or else `CATALYST_SAFE_MODE`, asks for. Throws `OPTIONS_INVALID`. */
export function safeModeOf({ safeMode }: ResilienceOptions, environment: Environment): boolean | readonly string[] {
  if (safeMode !== undefined) return checked(safeMode);
  const text = environment['CATALYST_SAFE_MODE']?.trim().toLowerCase() ?? '';
  if (['', '0', 'false', 'no', 'off'].includes(text)) return false;
  if (['1', 'true', 'yes', 'on'].includes(text)) return true;
  return text.split(',').flatMap((name) => name.trim() || []);
}

function checked(safeMode: boolean | readonly string[]): boolean | readonly string[] {
  const isRight = Array.isArray(safeMode)
    ? safeMode.every((name) => typeof name === 'string')
    : typeof safeMode === 'boolean';
  if (!isRight) throw invalid('safeMode', 'expected true, false or names of plugins');
  return safeMode;
}
