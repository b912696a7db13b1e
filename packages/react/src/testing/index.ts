export { createMockClient, type MockCall, type MockClient } from './mock-client.ts';
export type { MockData } from './mock-data.ts';
export type { MockEvent } from './mock-live.ts';
export { pluginWrapper } from './plugin-wrapper.tsx';
export {
  fixtureTime,
  makeAuditEntry,
  makeCheck,
  makeConfig,
  makeHealth,
  makeLogLine,
  makeOperation,
  makePlugin,
  makePoint,
  makeTask,
  makeTaskRun,
} from './fixtures.ts';
export { makeMetrics, makePluginMetrics } from './metric-fixtures.ts';
