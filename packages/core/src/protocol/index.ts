export type { Json, JsonObject } from './json.ts';
export type { LiveEvent } from './live-event.ts';
export type { OperationDrain, OperationKind, OperationPhase, PluginOperation } from './plugin-operation.ts';
export type { PluginState, Reason } from './plugin-state.ts';
export type { PluginDetail, PluginRegistration, PluginReleaseSummary, PluginSummary } from './plugin-summary.ts';
export type { Problem } from './problem.ts';
