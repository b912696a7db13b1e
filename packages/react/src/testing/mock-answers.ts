import type { PluginDetail, PluginSummary } from '@catalyst-plugins/core/protocol';
import { PluginApiError } from '../client/plugin-api-error.ts';
import type { PluginClient } from '../client/plugin-client.ts';
import { fixtureTime, makeConfig, makeHealth, makeOperation, makeTask, makeTaskRun } from './fixtures.ts';
import { makeMetrics } from './metric-fixtures.ts';
import type { MockData } from './mock-data.ts';
import type { MockEvent } from './mock-live.ts';

type Answers = Omit<PluginClient, 'follow' | 'followFrontends'>;

/** What a mock client answers: commands change the plugins that it has, and are told as events. */
export function createMockAnswers(data: MockData, emit: (event: MockEvent) => void): Answers {
  const plugins = new Map((data.plugins ?? []).map((plugin) => [plugin.name, plugin]));
  const get = (name: string): PluginDetail => {
    const plugin = plugins.get(name);
    if (plugin) return plugin;
    throw new PluginApiError(`There is no plugin "${name}".`, { code: 'PLUGIN_NOT_FOUND', status: 404 });
  };
  const change = (name: string, type: string, members: Partial<PluginDetail>): PluginDetail => {
    const plugin = get(name);
    const changed = { ...plugin, ...members, rev: plugin.rev + 1 };
    plugins.set(name, changed);
    emit({ type, plugin: name });
    return changed;
  };
  const list = (): readonly PluginSummary[] => [...plugins.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    list: async () => list(),
    get: async (name) => get(name),
    enable: async (name) =>
      change(name, 'plugin:enabled', { enabled: true, state: 'active', reason: null, error: null }),
    disable: async (name) => change(name, 'plugin:disabled', { enabled: false, state: 'disabled', reason: null }),
    reload: async (name) => change(name, 'plugin:reloaded', { generation: (get(name).generation ?? 0) + 1 }),
    rollback: async (name, { to } = {}) => change(name, 'plugin:rolled-back', { version: to ?? get(name).version }),
    clearData: async (name) => change(name, 'plugin:data-cleared', {}),
    rescan: async () => list(),
    updateConfig: async (name, config) =>
      change(name, 'plugin:config-changed', {
        config: { ...get(name).config, ...config },
        configRevision: get(name).configRevision + 1,
      }),
    restoreConfig: async (name) =>
      change(name, 'plugin:config-restored', { configRevision: get(name).configRevision + 1 }),
    changeGrants: async () => undefined,
    ...readings(data),
  };
}

type Reading = Exclude<
  keyof Answers,
  | 'list'
  | 'get'
  | 'enable'
  | 'disable'
  | 'reload'
  | 'rollback'
  | 'clearData'
  | 'rescan'
  | 'updateConfig'
  | 'restoreConfig'
  | 'changeGrants'
>;

function readings(data: MockData): Pick<Answers, Reading> {
  return {
    ...commandReadings(data),
    ...observations(data),
    frontends: async () => data.frontends ?? { frontends: [], broken: [] },
    fetchOf: async () => new Response('{}', { headers: { 'content-type': 'application/json' } }),
    config: async (name) => data.configs?.[name] ?? makeConfig(),
    configRevisions: async (name, { before, limit = 100 } = {}) =>
      (data.revisions?.[name] ?? [])
        .filter(({ revision }) => before === undefined || revision < before)
        .slice(0, limit),
    testConfig: async (name) => data.configTests?.[name] ?? { ok: true, errors: [], messages: [] },
    permissions: async (name) => data.permissions?.[name] ?? { permissions: [], pending: [] },
    tasks: async (plugin) => (data.tasks ?? []).filter((task) => plugin === undefined || task.plugin === plugin),
    taskRuns: async (plugin, id) => data.taskRuns?.[`${plugin} ${id}`] ?? [],
    runTask: async () => makeTaskRun('run', { trigger: 'manual', endedAt: null, ms: null, result: null }),
    pauseTask: async (plugin, id) =>
      makeTask(plugin, id, { state: 'paused', paused: true, nextRunAt: null, nextRuns: [] }),
    resumeTask: async (plugin, id) => makeTask(plugin, id),
  };
}

function commandReadings(
  data: MockData,
): Pick<Answers, 'me' | 'graph' | 'operations' | 'operation' | 'forceOperation'> {
  const operation = async (id: string) =>
    data.operations?.find((one) => one.id === id) ?? makeOperation('nobody', { id });
  return {
    me: async () => data.rights ?? { id: 'ana', permissions: ['plugins.read', 'plugins.write', 'plugins.install'] },
    graph: async () => data.graph ?? { nodes: [], edges: [], cycles: [] },
    operations: async (plugin) =>
      (data.operations ?? []).filter((one) => plugin === undefined || one.plugin === plugin),
    operation,
    forceOperation: operation,
  };
}

type Observation =
  | 'logs'
  | 'exportLogs'
  | 'errors'
  | 'logLevel'
  | 'setLogLevel'
  | 'healthOfAll'
  | 'health'
  | 'checkHealth'
  | 'metrics'
  | 'metricSeries'
  | 'audit'
  | 'exportAudit'
  | 'auditExportUrl'
  | 'diagnostics';

function observations(data: MockData): Pick<Answers, Observation> {
  const health = async (name: string) => data.health?.[name] ?? makeHealth(name);
  const standard = { level: 'info', standard: 'info', until: null } as const;
  return {
    logs: async (name, { limit = 100 } = {}) => {
      const lines = data.logs?.[name] ?? [];
      return { lines: lines.slice(-limit), hasMore: lines.length > limit, dropped: 0 };
    },
    exportLogs: async (name) => fileOf(data.logs?.[name]),
    errors: async (name) => data.errors?.[name] ?? [],
    logLevel: async (name) => data.logLevels?.[name] ?? standard,
    setLogLevel: async (_name, level) => (level === null ? standard : { ...standard, level, until: fixtureTime }),
    healthOfAll: async () =>
      Object.values(data.health ?? {}).map(({ plugin, status, message, history }) => ({
        plugin,
        status,
        message,
        checks: history.map(({ outcome }) => outcome),
      })),
    health,
    checkHealth: health,
    metrics: async () => data.metrics ?? makeMetrics(),
    metricSeries: async (plugin) => ({
      plugin,
      since: fixtureTime,
      until: fixtureTime,
      stepMs: 10_000,
      isComplete: true,
      points: data.points?.[plugin] ?? [],
    }),
    audit: async ({ plugin, before, limit = 100 } = {}) =>
      (data.audit ?? [])
        .filter((entry) => plugin === undefined || entry.plugin === plugin)
        .filter(({ id }) => before === undefined || Number(id) < Number(before))
        .slice(0, limit),
    exportAudit: async () => fileOf(data.audit),
    auditExportUrl: (format) => `/api/plugins/audit/export?format=${format}`,
    diagnostics: async () => ({
      at: fixtureTime,
      versions: { framework: '1.0.0', host: '1.0.0', node: '20', platform: 'linux', arch: 'x64' },
      process: makeMetrics().host,
      host: {},
      options: {},
      plugins: [],
    }),
  };
}

function fileOf(items: readonly object[] = []): Blob {
  return new Blob(items.map((item) => `${JSON.stringify(item)}\n`));
}
