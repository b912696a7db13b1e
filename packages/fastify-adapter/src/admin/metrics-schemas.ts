import { z } from 'zod';

const succeeded = z.literal(true);
const count = z.number();
const milliseconds = z.number().nullable();

const point = z
  .object({
    at: z.string().describe('The beginning.'),
    requests: count,
    errors: count.describe('Requests that failed.'),
    requestsPerSecond: z.number(),
    meanMs: milliseconds,
    p50Ms: milliseconds,
    p95Ms: milliseconds,
    p99Ms: milliseconds,
    mostInFlight: count.describe('The most requests at a time.'),
    busyShare: z.number().describe('Which part of the time its calls held the event loop, 0 to 1.'),
    counts: z.record(z.string(), z.number()).describe('What else was counted; what is 0 is left out.'),
  })
  .describe('What a plugin did in some time.');

const calls = z.object({ count, failed: count, inFlight: count, totalMs: z.number() });

const plugin = z
  .object({
    plugin: z.string(),
    since: z.string(),
    calls: z.record(z.string(), calls).describe('By kind: request, task, event, message, api, hook.'),
    requests: z.object({
      outcomes: z.record(z.string(), count),
      refused: z.record(z.string(), count),
      latency: z.object({
        boundsMs: z.array(z.number()),
        counts: z.array(count),
        p50Ms: milliseconds,
        p95Ms: milliseconds,
        p99Ms: milliseconds,
      }),
    }),
    tasksSkipped: count,
    eventsEmitted: count,
    eventsDropped: count,
    messagesSent: count,
    apiCallsMade: count,
    denials: count,
    crashes: count,
    operations: z.record(z.string(), z.object({ succeeded: count, failed: count })),
    drains: z.object({ count, totalMs: z.number(), longestMs: z.number(), callsCut: count }),
    eventLoop: z.object({ busyMs: z.number(), longestMs: z.number(), stalls: count, stalledMs: z.number() }),
    lastMinute: point.nullable().describe('Null where the host keeps no series.'),
  })
  .describe('What was counted of a plugin.');

const host = z.object({
  startedAt: z.string(),
  uptimeMs: z.number(),
  memory: z.object({ rssBytes: count, heapUsedBytes: count, heapTotalBytes: count }),
  eventLoop: z.object({
    activeMs: z.number(),
    idleMs: z.number(),
    delay: z.object({ meanMs: z.number(), p99Ms: z.number(), maxMs: z.number() }).nullable(),
  }),
  liveReaders: count,
  unknownPluginRequests: count,
  metricRows: z.object({ written: count, dropped: count }),
  audit: z.object({ waiting: count, dropped: count, failing: z.boolean() }),
});

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** The JSON shapes of what is counted. */
export const metricsSchemas = {
  snapshot: z.object({ success: succeeded, data: z.object({ at: z.string(), host, plugins: z.array(plugin) }) }),
  seriesQuery: z.object({
    since: time.optional().describe('A time in ISO 8601; 15 minutes before `until` when absent.'),
    until: time.optional().describe('A time in ISO 8601; now when absent.'),
    stepMs: z.coerce
      .number()
      .int()
      .min(1_000)
      .optional()
      .describe('How much time a point stands for, in milliseconds.'),
  }),
  series: z.object({
    success: succeeded,
    data: z.object({
      plugin: z.string(),
      since: z.string(),
      until: z.string(),
      stepMs: count,
      isComplete: z.boolean().describe('Whether the store has answered.'),
      points: z.array(point),
    }),
  }),
} as const;
