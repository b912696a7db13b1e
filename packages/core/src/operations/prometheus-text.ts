import { callKinds, refusalReasons, requestOutcomes } from '../ports/metered.ts';
import type { HostFigures } from '../protocol/plugin-metrics.ts';
import { operationKinds } from '../protocol/plugin-operation.ts';
import { ExpositionText, type ExpositionSample } from './exposition-text.ts';
import { latencyBoundsMs } from './latency.ts';
import type { PluginMeter } from './plugin-meters.ts';

type Samples = (plugin: string, meter: PluginMeter) => readonly ExpositionSample[];

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: Samples;
}

/** What there is for each plugin. Labels have few values, whatever plugins do. */
const pluginFamilies: readonly Family[] = [
  counter('requests_total', 'Requests that the plugin answered, by how they ended.', (plugin, { outcomes }) =>
    requestOutcomes.map((outcome) => [{ plugin, outcome }, outcomes[outcome]]),
  ),
  counter('requests_refused_total', 'Requests that never reached the plugin, by reason.', (plugin, { refused }) =>
    refusalReasons.map((reason) => [{ plugin, reason }, refused[reason]]),
  ),
  counter('calls_total', 'Calls into the plugin that have ended, by kind.', (plugin, { calls }) =>
    callKinds.map((kind) => [{ plugin, kind }, calls[kind].count]),
  ),
  counter('call_failures_total', 'Calls into the plugin that failed, by kind.', (plugin, { calls }) =>
    callKinds.map((kind) => [{ plugin, kind }, calls[kind].failed]),
  ),
  counter('call_seconds_total', 'How long calls into the plugin took together, by kind.', (plugin, { calls }) =>
    callKinds.map((kind) => [{ plugin, kind }, calls[kind].totalMs / 1_000]),
  ),
  gauge('calls_in_flight', 'Calls into the plugin that have not ended, by kind.', (plugin, { calls }) =>
    callKinds.map((kind) => [{ plugin, kind }, calls[kind].inFlight]),
  ),
  counter('tasks_skipped_total', 'Ticks of tasks that were left out, as the last run had not ended.', (plugin, meter) =>
    one(plugin, meter.counted.tasksSkipped),
  ),
  counter('events_emitted_total', 'Events that the plugin emitted.', (plugin, meter) =>
    one(plugin, meter.counted.eventsEmitted),
  ),
  counter('events_dropped_total', 'Events that the plugin did not hear, as it did not keep up.', (plugin, meter) =>
    one(plugin, meter.counted.eventsDropped),
  ),
  counter('messages_sent_total', 'Socket messages of the plugin, one for each client that got it.', (plugin, meter) =>
    one(plugin, meter.counted.messagesSent),
  ),
  counter('api_calls_made_total', 'Calls of the plugin to APIs of plugins.', (plugin, meter) =>
    one(plugin, meter.counted.apiCallsMade),
  ),
  counter('permission_denials_total', 'What the plugin tried without the permission for it.', (plugin, meter) =>
    one(plugin, meter.counted.denials),
  ),
  counter('crashes_total', 'Errors that the plugin left uncaught.', (plugin, meter) =>
    one(plugin, meter.counted.crashes),
  ),
  counter('operations_total', 'Commands on the plugin that have ended, by kind and result.', (plugin, { operations }) =>
    operationKinds.flatMap((operation): ExpositionSample[] => [
      [{ plugin, operation, result: 'succeeded' }, operations[operation].succeeded],
      [{ plugin, operation, result: 'failed' }, operations[operation].failed],
    ]),
  ),
  counter('drains_total', 'Generations of the plugin that have let their calls end.', (plugin, { drains }) =>
    one(plugin, drains.count),
  ),
  counter('drain_seconds_total', 'How long that took together.', (plugin, { drains }) =>
    one(plugin, drains.totalMs / 1_000),
  ),
  gauge('drain_longest_seconds', 'How long the longest of them took.', (plugin, { drains }) =>
    one(plugin, drains.longestMs / 1_000),
  ),
  counter('calls_cut_total', 'Calls into the plugin that were cut, in drains and by crashes.', (plugin, meter) =>
    one(plugin, meter.counted.callsCut),
  ),
  counter('event_loop_seconds_total', 'How long calls held the event loop before they first waited.', (plugin, meter) =>
    one(plugin, meter.eventLoop.busyMs / 1_000),
  ),
  counter('event_loop_stalls_total', 'Times that the plugin made the event loop stand still.', (plugin, meter) =>
    one(plugin, meter.eventLoop.stalls),
  ),
  counter('event_loop_stall_seconds_total', 'For how long the event loop stood still then.', (plugin, meter) =>
    one(plugin, meter.eventLoop.stalledMs / 1_000),
  ),
];

/** What a scrape of a host is answered with. */
export function prometheusText(
  plugins: readonly (readonly [plugin: string, meter: PluginMeter])[],
  states: ReadonlyMap<string, number>,
  host: HostFigures,
): string {
  const text = new ExpositionText();
  text.add(
    { name: 'catalyst_plugins', type: 'gauge', help: 'Plugins of the host, by state.' },
    [...states].map(([state, count]): ExpositionSample => [{ state }, count]),
  );
  for (const { samples, ...family } of pluginFamilies)
    text.add(
      family,
      plugins.flatMap(([plugin, meter]) => samples(plugin, meter)),
    );
  text.addHistograms(
    {
      name: 'catalyst_plugin_request_duration_seconds',
      help: 'How long requests in the plugin took.',
      bounds: latencyBoundsMs.map((ms) => ms / 1_000),
    },
    plugins.map(([plugin, { latency, calls }]) => [{ plugin }, latency, calls.request.totalMs / 1_000]),
  );
  addHost(text, host);
  return text.toString();
}

function addHost(text: ExpositionText, host: HostFigures): void {
  const { memory, eventLoop } = host;
  const add = (type: 'counter' | 'gauge', name: string, help: string): ((value: number) => void) => {
    return (value) => text.add({ name: `catalyst_host_${name}`, type, help }, [[{}, value]]);
  };
  add('gauge', 'start_time_seconds', 'When the host was made, since the epoch.')(Date.parse(host.startedAt) / 1_000);
  add('gauge', 'resident_memory_bytes', 'Memory of the process.')(memory.rssBytes);
  add('gauge', 'heap_used_bytes', 'Heap in use.')(memory.heapUsedBytes);
  add('gauge', 'heap_total_bytes', 'Heap that was reserved.')(memory.heapTotalBytes);
  add('counter', 'event_loop_active_seconds_total', 'How long the event loop was busy.')(eventLoop.activeMs / 1_000);
  add('counter', 'event_loop_idle_seconds_total', 'How long it had nothing to do.')(eventLoop.idleMs / 1_000);
  const { delay } = eventLoop;
  if (delay) {
    add('gauge', 'event_loop_delay_mean_seconds', 'How late timers were lately.')(delay.meanMs / 1_000);
    add('gauge', 'event_loop_delay_p99_seconds', 'The same, at the 99th percentile.')(delay.p99Ms / 1_000);
    add('gauge', 'event_loop_delay_max_seconds', 'The same, at most.')(delay.maxMs / 1_000);
  }
  add('gauge', 'live_event_readers', 'Readers of the live events.')(host.liveReaders);
  const { written, dropped } = host.metricRows;
  add('counter', 'metric_rows_written_total', 'Rows of metrics that were stored.')(written);
  add('counter', 'metric_rows_dropped_total', 'Rows of metrics that were lost.')(dropped);
  add('gauge', 'audit_entries_waiting', 'Entries of the audit log that wait to be written.')(host.audit.waiting);
  add('counter', 'audit_entries_dropped_total', 'Entries of the audit log that were lost.')(host.audit.dropped);
  add(
    'counter',
    'unknown_plugin_requests_total',
    'Requests for plugins that do not exist.',
  )(host.unknownPluginRequests);
}

function counter(name: string, help: string, samples: Samples): Family {
  return { name: `catalyst_plugin_${name}`, type: 'counter', help, samples };
}

function gauge(name: string, help: string, samples: Samples): Family {
  return { name: `catalyst_plugin_${name}`, type: 'gauge', help, samples };
}

function one(plugin: string, value: number): readonly ExpositionSample[] {
  return [[{ plugin }, value]];
}
