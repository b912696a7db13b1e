import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ErrorCode } from '../../errors/error-catalogue.ts';
import type { AuditEntry, AuditLog } from '../../ports/audit-log.ts';
import type { CollectionStore } from '../../ports/collection-store.ts';
import type { DataTransactions } from '../../ports/data-transaction.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { MetricsStore } from '../../ports/metrics-store.ts';
import type { NewPluginRecord, PluginStore } from '../../ports/plugin-store.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** Stores under test, and how to let go of them. */
export interface OpenedStores {
  readonly stores: {
    readonly plugins: PluginStore;
    readonly documents: DocumentStore;
    readonly collections: CollectionStore;
    readonly transactions: DataTransactions;
    readonly audit: AuditLog;
    readonly metrics: MetricsStore;
  };
  close(): Promise<void>;
}

/** Opens the stores under test; what they hold already does not matter. */
export type OpenStores = () => Promise<OpenedStores>;

/** A name that no other test uses, so that tests can share one database. */
export function uniquePluginName(): string {
  return `plugin-${randomUUID().slice(0, 13)}`;
}

/** A plugin as discovery would add it, disabled. */
export function newPlugin(name: string, members: Partial<NewPluginRecord> = {}): NewPluginRecord {
  const manifest: JsonObject = { name, version: '1.0.0' };
  return {
    name,
    version: '1.0.0',
    enabled: false,
    state: 'disabled',
    grants: {},
    manifest,
    source: `folder:${name}`,
    ...members,
  };
}

/** An audit entry as the host would write it. */
export function auditEntry(plugin: string, type: string, data: JsonObject = {}): AuditEntry {
  return { plugin, type, actor: 'ada', data, at: new Date('2026-03-04T05:06:07.089Z') };
}

/** An audit entry that no store can keep; a change that carries it must not happen. */
export function unstorableEntry(plugin: string): AuditEntry {
  return { ...auditEntry(plugin, 'plugin:broken'), at: new Date(Number.NaN) };
}

/** Expects a rejection with the code. */
export async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'PluginError', code });
}
