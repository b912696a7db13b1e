import type { AuditLogEntry, Json, JsonObject } from '@catalyst-plugins/core/protocol';
import type { ConfigDiffProps } from '../config/config-diff.tsx';

/** A change of settings, as the audit log has it. */
export interface AuditedChange {
  /** That the change made. */
  readonly revision: number;
  /** Empty where the log had no room for the values. */
  readonly rows: ConfigDiffProps['rows'];
}

/** The change of settings that an entry tells of; absent where it tells of something else. */
export function changeIn({ type, result, data }: AuditLogEntry): AuditedChange | undefined {
  const { revision } = data;
  const isChange = type === 'plugin:config-changed' || type === 'plugin:config-restored';
  if (!isChange || result !== 'ok' || typeof revision !== 'number') return undefined;
  const [before, after] = [valuesIn(data['before']), valuesIn(data['after'])];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return {
    revision,
    rows: [...keys].map((key) => ({ key, before: before[key] ?? null, after: after[key] ?? null })),
  };
}

function valuesIn(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
