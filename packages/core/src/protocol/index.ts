export type { Json, JsonObject } from './json.ts';
export type { LiveEvent } from './live-event.ts';
export type { OperationDrain, OperationKind, OperationPhase, PluginOperation } from './plugin-operation.ts';
export type { PluginState, Reason } from './plugin-state.ts';
export type {
  LeftBehindRecord,
  PluginDetail,
  PluginRegistration,
  PluginReleaseSummary,
  PluginSummary,
  RetiredGenerationStatus,
} from './plugin-summary.ts';
export type { Problem } from './problem.ts';
