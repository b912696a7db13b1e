import { z } from 'zod';

const succeeded = z.literal(true);

const run = z
  .object({
    id: z.string(),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    ms: z.number().nullable(),
    result: z.enum(['ok', 'failed', 'skipped', 'cut']).nullable(),
    error: z.string().nullable(),
    trigger: z.enum(['schedule', 'manual']),
    actor: z.string().nullable(),
    scheduledFor: z.iso.datetime().nullable().describe('The moment that the schedule named.'),
    generation: z.int(),
    count: z.int().describe('How many ticks it stands for: those left out one after the other make one entry.'),
  })
  .describe('One run of a task, or ticks that were left out; without an end and a result while it runs.');

const task = z
  .object({
    id: z.string().describe('The name, else the expression; `#2` for the second of the same.'),
    plugin: z.string(),
    name: z.string().nullable(),
    cron: z.string(),
    timezone: z.string(),
    overlap: z.boolean(),
    scope: z.enum(['cluster', 'instance']),
    state: z.enum(['waiting', 'running', 'paused', 'off']),
    paused: z.boolean().describe('Whether an administrator paused it, whatever else is so.'),
    nextRunAt: z.iso.datetime().nullable().describe('Null while it is paused or off.'),
    nextRuns: z.array(z.iso.datetime()).describe('The next three times; empty while it is paused or off.'),
    lastRun: run.nullable().describe('The one that ended last.'),
    skipped: z.int().describe('Ticks left out because the last run had not ended, since the host started.'),
  })
  .describe('A task of a plugin.');

/** The JSON shapes of the endpoints for tasks. */
export const taskSchemas = {
  tasks: z.object({ success: succeeded, data: z.array(task) }),
  task: z.object({ success: succeeded, message: z.string(), data: task }),
  run: z.object({ success: succeeded, message: z.string(), data: run }),
  runs: z.object({ success: succeeded, data: z.array(run) }),
} as const;
