import type {
  AdministratorRights,
  AuditLogEntry,
  ConfigTest,
  FrontendManifest,
  MetricPoint,
  MetricsSnapshot,
  PluginConfigRevision,
  PluginConfigState,
  PluginDetail,
  PluginErrorGroup,
  PluginGraph,
  PluginHealthReport,
  PluginLogLevel,
  PluginLogLine,
  PluginOperation,
  PluginPermissions,
  PluginTask,
  PluginTaskRun,
} from '@catalyst-plugins/core/protocol';

type ByPlugin<Data> = Readonly<Record<string, Data>>;

/** What a mock client has to tell; whatever is left out is empty. */
export interface MockData {
  readonly plugins?: readonly PluginDetail[] | undefined;
  /** Default: everything. */
  readonly rights?: AdministratorRights | undefined;
  readonly operations?: readonly PluginOperation[] | undefined;
  readonly graph?: PluginGraph | undefined;
  readonly frontends?: FrontendManifest | undefined;
  readonly configs?: ByPlugin<PluginConfigState> | undefined;
  /** What plugins think of settings that are tried; default: they are right. */
  readonly configTests?: ByPlugin<ConfigTest> | undefined;
  readonly revisions?: ByPlugin<readonly PluginConfigRevision[]> | undefined;
  readonly permissions?: ByPlugin<PluginPermissions> | undefined;
  /** The oldest first. */
  readonly logs?: ByPlugin<readonly PluginLogLine[]> | undefined;
  readonly errors?: ByPlugin<readonly PluginErrorGroup[]> | undefined;
  readonly logLevels?: ByPlugin<PluginLogLevel> | undefined;
  readonly health?: ByPlugin<PluginHealthReport> | undefined;
  readonly metrics?: MetricsSnapshot | undefined;
  readonly points?: ByPlugin<readonly MetricPoint[]> | undefined;
  /** The latest first. */
  readonly audit?: readonly AuditLogEntry[] | undefined;
  readonly tasks?: readonly PluginTask[] | undefined;
  /** By `<plugin> <task>`. */
  readonly taskRuns?: ByPlugin<readonly PluginTaskRun[]> | undefined;
}
