import type { Environment } from './manifest/environment-overrides.ts';
import { invalid } from './option-checks.ts';

/** What a host does when something around it is wrong. */
export interface ResilienceOptions {
  /**
   * Starts the host without the plugins named, or without any: the admin API works, their code does not run, and what is
   * wanted comes back with the next start without it. Default: the variable `CATALYST_SAFE_MODE`, `1` or names with commas.
   */
  readonly safeMode?: boolean | readonly string[];
  /** How long `stop` may take whatever plugins do, in milliseconds; default 25,000. */
  readonly shutdownMs?: number;
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
