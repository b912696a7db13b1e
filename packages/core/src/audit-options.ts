import { PluginError } from './errors/plugin-error.ts';
import type { AuditLimits } from './operations/audit-retention.ts';

/** How long a host keeps what happened. */
export interface AuditOptions {
  readonly audit?: {
    /** Older entries are removed, at the start and once a day; default 365 days, `false` keeps all. */
    readonly keepDays?: number | false;
    /** More entries than these are removed, the oldest first, at the same times; default: any number is kept. */
    readonly maxEntries?: number;
  };
}

/** Checks those options. Throws `OPTIONS_INVALID`. */
export function auditLimitsOf({ audit: { keepDays = 365, maxEntries } = {} }: AuditOptions): AuditLimits {
  if (keepDays !== false && !(keepDays > 0 && Number.isFinite(keepDays)))
    throw invalid('keepDays', 'expected days, more than 0, or false');
  if (maxEntries !== undefined && !(Number.isInteger(maxEntries) && maxEntries > 0))
    throw invalid('maxEntries', 'expected a whole number from 1');
  return { keepDays: keepDays === false ? undefined : keepDays, maxEntries };
}

function invalid(option: string, problem: string): PluginError {
  return new PluginError('OPTIONS_INVALID', `createPluginHost: audit.${option}: ${problem}.`);
}
