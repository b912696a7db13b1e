// What every implementation of a store port must pass. These files import vitest, so they are apart from ../index.ts.
export { describeAuditLog } from './audit-log.contract.ts';
export { describeCollectionProperties } from './collection-properties.contract.ts';
export { describeCollectionStore } from './collection-store.contract.ts';
export { describeDataTransactions } from './data-transaction.contract.ts';
export { describeDocumentStore } from './document-store.contract.ts';
export { describeMetricsStore } from './metrics-store.contract.ts';
export { describePluginStore } from './plugin-store.contract.ts';
export { describeReleaseArchive } from './release-archive.contract.ts';
export { describeScheduler } from './scheduler.contract.ts';
export {
  auditEntry,
  expectCode,
  newPlugin,
  type OpenedStores,
  type OpenStores,
  uniquePluginName,
} from './opened-stores.ts';
