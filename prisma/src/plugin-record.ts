import {
  type JsonObject,
  type PluginChange,
  PluginError,
  type PluginRecord,
  readableJson,
} from '@catalyst-plugins/core';
import type { PluginColumns, PluginRow } from './prisma-store-client.ts';

/** A row of `plugins` as the port shows it. */
export function toPluginRecord(row: PluginRow): PluginRecord {
  return {
    name: row.name,
    installId: row.id,
    version: row.version,
    enabled: row.enabled,
    state: row.state,
    reason:
      row.errorCode === null ? null : { code: row.errorCode, message: row.error ?? '', hint: row.errorHint ?? '' },
    config: toJsonObject(row.config),
    configRevision: row.configRevision,
    grants: toJsonObject(row.grants) as Record<string, boolean>,
    pausedTasks: toTexts(row.pausedTasks),
    manifest: toJsonObject(row.manifest),
    dataVersion: row.dataVersion,
    copiedDataVersion: row.copiedDataVersion,
    digest: row.integrity,
    source: row.source,
    pinned:
      row.pinnedRelease === null || row.pinnedInsteadOf === null
        ? null
        : { digest: row.pinnedRelease, insteadOf: row.pinnedInsteadOf },
    installedAt: row.installedAt,
    enabledAt: row.enabledAt,
    disabledAt: row.disabledAt,
    updatedAt: row.updatedAt,
    healthStatus: row.healthStatus,
    lastHealthCheck: row.lastHealthCheck,
    revision: row.revision,
  };
}

/** The columns that a change writes, besides the times, which follow from the row. */
export function toColumns(change: PluginChange): PluginColumns {
  const { version, enabled, state, grants, pausedTasks, manifest, dataVersion, digest, source } = change;
  return {
    ...(version === undefined ? {} : { version }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(state === undefined ? {} : { state }),
    ...(grants === undefined ? {} : { grants }),
    ...(pausedTasks === undefined ? {} : { pausedTasks }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(dataVersion === undefined ? {} : { dataVersion }),
    ...(digest === undefined ? {} : { integrity: digest }),
    ...(source === undefined ? {} : { source }),
    ...(change.pinned === undefined ? {} : pinColumns(change.pinned)),
    ...(change.reason === undefined ? {} : reasonColumns(change.reason)),
  };
}

/** Narrows a JSON column that the stores only ever fill with objects. Throws `DATABASE_INCOMPATIBLE`. */
export function toJsonObject(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new PluginError('DATABASE_INCOMPATIBLE', 'A JSON column does not hold an object.');
  return value;
}

function toTexts(value: unknown): string[] {
  if (Array.isArray(value) && value.every((member): member is string => typeof member === 'string')) return value;
  throw new PluginError('DATABASE_INCOMPATIBLE', 'A JSON column does not hold a list of texts.');
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pinColumns(pinned: PluginRecord['pinned']): PluginColumns {
  return { pinnedRelease: pinned?.digest ?? null, pinnedInsteadOf: pinned?.insteadOf ?? null };
}

function reasonColumns(reason: PluginRecord['reason']): PluginColumns {
  if (reason === null) return { error: null, errorCode: null, errorHint: null };
  // The message comes from errors of plugins and may hold any character.
  const readable: typeof reason = JSON.parse(readableJson(reason));
  return { error: readable.message, errorCode: readable.code, errorHint: readable.hint };
}
