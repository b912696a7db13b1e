'use client';

export { PluginProvider, type PluginProviderProps } from './plugin-provider.tsx';
export { usePlugins, type PluginsView } from './use-plugins.ts';
export { usePlugin, type PluginView, type UsePluginOptions } from './use-plugin.ts';
export { usePluginActions, type NamedPluginActions } from './use-plugin-actions.ts';
export { usePluginConfig, type PluginConfigActions, type PluginConfigView } from './use-plugin-config.ts';
export { usePluginPermissions, type PluginPermissionsView } from './use-plugin-permissions.ts';
export { usePluginGraph, type PluginGraphView } from './use-plugin-graph.ts';
export { useAdministrator, type AdministratorView } from './use-administrator.ts';
export { useConnection } from './use-connection.ts';
export { usePluginNames } from './use-plugin-names.ts';
export { usePluginState, type PluginStateView } from './use-plugin-state.ts';
export { usePluginOperation, type PluginOperationView } from './use-plugin-operation.ts';
export { usePluginAnnouncement } from './use-plugin-announcement.ts';
export { usePluginLogs, type PluginLogsView } from './use-plugin-logs.ts';
export { usePluginErrors, type PluginErrorsView } from './use-plugin-errors.ts';
export { usePluginLogLevel, type PluginLogLevelView } from './use-plugin-log-level.ts';
export { usePluginHealth, type PluginHealthView } from './use-plugin-health.ts';
export { usePluginHealthSummary, type PluginHealthSummaryView } from './use-plugin-health-summary.ts';
export { usePluginMetrics, type PluginMetricsView, type UsePluginMetricsOptions } from './use-plugin-metrics.ts';
export { usePluginFigures } from './use-plugin-figures.ts';
export { usePluginAudit, type PluginAuditView } from './use-plugin-audit.ts';
export {
  usePluginTaskRuns,
  usePluginTasks,
  type PluginTaskRunsView,
  type PluginTasksView,
  type TaskOf,
} from './use-plugin-tasks.ts';
export { usePluginEvent, type UsePluginEventOptions } from './use-plugin-event.ts';
export type { ActionResult } from './store/action-result.ts';
export type { PluginActions } from './store/plugin-store.ts';
export type { PluginDetails } from './store/plugin-records.ts';
export type { LoadStatus, PluginAnnouncement, PluginCommand, LatestCommand } from './store/plugin-store-state.ts';
export type { Connection } from './store/live-connection.ts';
export type { PluginFigures } from './store/live-figures.ts';
export type { LogTailActions, LogTailQuery, LogTailState } from './store/log-tail.ts';
export type { AuditPagesActions, AuditPagesQuery, AuditPagesState } from './store/audit-pages.ts';
export * from './client/index.ts';

export { createFrontendPlugin, definePluginUI } from './frontends/plugin-ui.ts';
export type {
  PluginComponent,
  PluginMessages,
  PluginPage,
  PluginSlotEntry,
  PluginTab,
  PluginUI,
  PluginWidget,
} from './frontends/plugin-ui.ts';
export { FrontendError, type FrontendErrorKind } from './frontends/frontend-error.ts';
export type { FrontendStatus } from './frontends/held-frontend.ts';
export type { PluginContribution, PluginViewProps } from './frontends/read-plugin-ui.ts';
export { useOwnPlugin, type OwnPlugin } from './frontends/own-plugin.ts';
export { usePluginFrontends, type PluginFrontendsView } from './frontends/use-plugin-frontends.ts';
export type { FrontendProblem, ShowFrontendProblem } from './frontends/frontend-problem.ts';
export { usePluginRoutes, usePluginSlot, usePluginTabs } from './frontends/use-contributions.ts';
export { PluginBoundary, type PluginBoundaryProps, type PluginPlaceProps } from './frontends/plugin-boundary.tsx';
export { PluginMount, type PluginMountProps } from './frontends/plugin-mount.tsx';
export { PluginSlot, type PluginSlotProps } from './frontends/plugin-slot.tsx';
export { PluginOutlet, type PluginOutletProps } from './frontends/plugin-outlet.tsx';
export { sharePluginRuntime } from './frontends/share-plugin-runtime.ts';
