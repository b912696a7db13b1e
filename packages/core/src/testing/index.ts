export { createManualClock, type ManualClock } from './manual-clock.ts';
export { createMemoryLogger, type LogLine, type MemoryLogger } from './memory-logger.ts';
export {
  createPluginsFolder,
  manifestOf,
  readPluginFiles,
  type PluginFiles,
  type PluginsFolder,
} from './plugin-folder.ts';
export { createTestHost, type TestHost, type TestHostOptions } from './test-host.ts';
