import type {
  AdministratorRights,
  PluginErrorGroup,
  PluginGraph,
  PluginHealthReport,
  PluginHealthSummary,
  PluginLogLevel,
  PluginMetricSeries,
  PluginTask,
  PluginTaskRun,
} from '@catalyst-plugins/core/protocol';
import { isLasting } from './event-topics.ts';
import type { PluginStore } from './plugin-store.ts';
import { WatchedData } from './watched-data.ts';

/** Stands for all plugins where a key is a name. */
export const everyPlugin = '*';

/** What whoever uses the page may do; there is one key, and no event tells of a change. */
export function rightsOf({ client, live }: PluginStore): WatchedData<AdministratorRights> {
  return new WatchedData(live, { load: (_all, signal) => client.me({ signal }), isAbout: () => false });
}

/** Who needs whom; there is one graph. */
export function graphOf({ client, live }: PluginStore): WatchedData<PluginGraph> {
  return new WatchedData(live, { load: (_all, signal) => client.graph({ signal }), isAbout: () => true });
}

/** How plugins are. They are checked twice a minute, and only another status is an event. */
export function healthOf({ client, live }: PluginStore): WatchedData<PluginHealthReport> {
  return new WatchedData(live, {
    load: (name, signal) => client.health(name, { signal }),
    isTouchedBy: (type) => type === 'plugin:health' || isLasting(type),
    topic: () => 'health',
    everyMs: () => 15_000,
  });
}

/** How all plugins are, by name, asked for at once; there is one key. */
export function healthOfAll({ client, live }: PluginStore): WatchedData<Readonly<Record<string, PluginHealthSummary>>> {
  return new WatchedData(live, {
    load: async (_all, signal) =>
      Object.fromEntries((await client.healthOfAll({ signal })).map((one) => [one.plugin, one])),
    isAbout: () => true,
    isTouchedBy: (type) => type === 'plugin:health' || isLasting(type),
    topic: () => 'health',
    // about as often as each plugin is looked at
    everyMs: () => 30_000,
  });
}

/** What went wrong in plugins, equal errors together. */
export function errorsOf({ client, live }: PluginStore): WatchedData<readonly PluginErrorGroup[]> {
  return new WatchedData(live, {
    load: (name, signal) => client.errors(name, { signal }),
    isTouchedByLines: ({ lines, dropped }) =>
      dropped > 0 || lines.some(({ level }) => level === 'error' || level === 'fatal'),
    topic: (name) => `log:${name}`,
  });
}

/** From which level on lines of plugins are kept. */
export function logLevelsOf({ client, live }: PluginStore): WatchedData<PluginLogLevel> {
  return new WatchedData(live, { load: (name, signal) => client.logLevel(name, { signal }) });
}

/** What plugins do by a schedule, by plugin. */
export function tasksOf({ client, live }: PluginStore): WatchedData<readonly PluginTask[]> {
  return new WatchedData(live, {
    load: (name, signal) => client.tasks(name === everyPlugin ? undefined : name, { signal }),
    isAbout: (name, plugin) => name === everyPlugin || name === plugin,
    isTouchedBy: (type) => type === 'plugin:task' || isLasting(type),
    topic: () => 'task',
  });
}

/** The runs of tasks; keys are plugin and id. */
export function taskRunsOf({ client, live }: PluginStore): WatchedData<readonly PluginTaskRun[]> {
  return new WatchedData(live, {
    load: (key, signal) => {
      const [plugin = '', ...id] = key.split(' ');
      return client.taskRuns(plugin, id.join(' '), { signal });
    },
    isAbout: (key, plugin) => key.startsWith(`${plugin} `),
    isTouchedBy: (type) => type === 'plugin:task' || type === 'plugin:task-run',
    topic: () => 'task',
  });
}

/** What plugins did over time; keys are plugin, length of the time and of a step, in milliseconds. */
export function seriesOf({ client, live }: PluginStore): WatchedData<PluginMetricSeries> {
  return new WatchedData(live, {
    load: (key, signal) => {
      const [plugin = '', windowMs, stepMs] = key.split(' ');
      const since = new Date(Date.now() - Number(windowMs)).toISOString();
      return client.metricSeries(plugin, { since, stepMs: Number(stepMs) || undefined, signal });
    },
    isTouchedBy: () => false,
    // about as often as there is another point
    everyMs: (key) => Math.max(10_000, Number(key.split(' ')[1]) / 180),
  });
}
