import type {
  AuditLogEntry,
  Diagnostics,
  LogLevel,
  MetricsSnapshot,
  PluginErrorGroup,
  PluginHealthReport,
  PluginHealthSummary,
  PluginLogLevel,
  PluginLogLine,
  PluginLogPage,
  PluginMetricSeries,
} from '@catalyst-plugins/core/protocol';
import { pathOf, withQuery } from './paths.ts';
import { listIn, objectIn, type Answer } from './read-answer.ts';
import type {
  AuditFormat,
  AuditQuery,
  LogLevelOptions,
  LogQuery,
  MetricsQuery,
  RequestOptions,
} from './request-options.ts';
import type { Transport } from './transport.ts';

/** What can be seen of plugins while they run. */
export interface ObservationCalls {
  /** The latest lines of a plugin that fit, the oldest first. */
  logs(name: string, query?: LogQuery & RequestOptions): Promise<PluginLogPage>;
  /** The lines that fit as a file, one line of JSON for each. */
  exportLogs(name: string, query?: LogQuery & RequestOptions): Promise<Blob>;
  /** Errors since the host started, equal ones together, the latest first. */
  errors(name: string, options?: RequestOptions): Promise<readonly PluginErrorGroup[]>;
  /** From which level on lines are kept. */
  logLevel(name: string, options?: RequestOptions): Promise<PluginLogLevel>;
  /** Keeps lines of another level for a time; `null` goes back to the standard one. */
  setLogLevel(name: string, level: LogLevel | null, options?: LogLevelOptions): Promise<PluginLogLevel>;
  /** How all plugins are, and what their latest checks came to. */
  healthOfAll(options?: RequestOptions): Promise<readonly PluginHealthSummary[]>;
  /** How a plugin is, and its latest checks. */
  health(name: string, options?: RequestOptions): Promise<PluginHealthReport>;
  /** Looks at a plugin now. */
  checkHealth(name: string, options?: RequestOptions): Promise<PluginHealthReport>;
  /** What is counted of all plugins and of the process at this moment. */
  metrics(options?: RequestOptions): Promise<MetricsSnapshot>;
  /** What a plugin did over time, the oldest point first. */
  metricSeries(name: string, query?: MetricsQuery & RequestOptions): Promise<PluginMetricSeries>;
  /** Entries of the audit log, the latest first. */
  audit(query?: AuditQuery & RequestOptions): Promise<readonly AuditLogEntry[]>;
  /** The entries as a file. */
  exportAudit(format: AuditFormat, query?: AuditQuery & RequestOptions): Promise<Blob>;
  /** The address of that file, for links of pages that need no header to get in. */
  auditExportUrl(format: AuditFormat, query?: AuditQuery): string;
  /** Everything that helps to find out what is wrong with the host or with one plugin; stands in the audit log. */
  diagnostics(name?: string, options?: RequestOptions): Promise<Diagnostics>;
}

/** Makes the part of a client that only looks, but for the log level and checks. */
export function observationCalls({ call, file, prefix }: Transport): ObservationCalls {
  const auditFile = (format: AuditFormat, query?: AuditQuery): string =>
    withQuery('/audit/export', { format, ...query });
  return {
    logs: (name, query) => call(logPageIn, `GET ${withQuery(pathOf(name, 'logs'), query)}`, query),
    exportLogs: (name, query) => file(withQuery(pathOf(name, 'logs'), { format: 'ndjson', ...query }), query),
    errors: (name, options) => call(listIn<PluginErrorGroup>, `GET ${pathOf(name, 'errors')}`, options),
    logLevel: (name, options) => call(objectIn<PluginLogLevel>, `GET ${pathOf(name, 'log-level')}`, options),
    setLogLevel: (name, level, options) =>
      call(objectIn<PluginLogLevel>, `PUT ${pathOf(name, 'log-level')}`, { ...options, level } as RequestOptions),
    healthOfAll: (options) => call(listIn<PluginHealthSummary>, 'GET /health', options),
    health: (name, options) => call(objectIn<PluginHealthReport>, `GET ${pathOf(name, 'health')}`, options),
    checkHealth: (name, options) => call(objectIn<PluginHealthReport>, `POST ${pathOf(name, 'health')}`, options),
    metrics: (options) => call(objectIn<MetricsSnapshot>, 'GET /metrics', options),
    metricSeries: (name, query) =>
      call(objectIn<PluginMetricSeries>, `GET ${withQuery(pathOf(name, 'metrics'), query)}`, query),
    audit: (query) => call(listIn<AuditLogEntry>, `GET ${withQuery('/audit', query)}`, query),
    exportAudit: (format, query) => file(auditFile(format, query), query),
    auditExportUrl: (format, query) => prefix + auditFile(format, query),
    diagnostics: (name, options) =>
      call(objectIn<Diagnostics>, `GET ${name === undefined ? '/diagnostics' : pathOf(name, 'diagnostics')}`, options),
  };
}

function logPageIn(answer: Answer): PluginLogPage {
  const { hasMore, dropped } = answer.members;
  return { lines: listIn<PluginLogLine>(answer), hasMore: hasMore === true, dropped: Number(dropped) };
}
