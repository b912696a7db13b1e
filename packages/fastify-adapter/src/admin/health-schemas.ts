import { z } from 'zod';

const succeeded = z.literal(true);
const status = z.enum(['healthy', 'degraded', 'unhealthy', 'transitioning', 'unknown']);
const answer = z.enum(['healthy', 'degraded', 'unhealthy']);

const outcome = z.enum(['passed', 'warned', 'failed']);

const check = z
  .object({
    at: z.iso.datetime(),
    outcome,
    status: status.describe('What the checks so far lead to.'),
    message: z.string().nullable(),
    ms: z.number().describe('How long the plugin took to answer.'),
    checks: z.array(
      z.object({ name: z.string(), status: answer, message: z.string().nullable(), ms: z.number().nullable() }),
    ),
    calls: z
      .object({ count: z.int(), failed: z.int() })
      .describe('Calls of the plugin that ended since the check before; hooks do not count.'),
    stalls: z.int().describe('How often the plugin held up the process since the check before.'),
    activeRequests: z.int(),
    generation: z.int().nullable(),
  })
  .meta({ id: 'HealthCheck', description: 'One look at a plugin.' });

const health = z
  .object({
    plugin: z.string(),
    state: z.string(),
    status,
    message: z.string().nullable().describe('Why it is not healthy, else null.'),
    activeRequests: z.int(),
    lastCheck: check.nullable(),
    lastError: z.object({ message: z.string(), where: z.string().nullable(), at: z.iso.datetime() }).nullable(),
    history: z.array(check).describe('The latest 60 checks, the latest first.'),
  })
  .describe('How a plugin is, and why one thinks so.');

const summary = z
  .object({
    plugin: z.string(),
    status,
    message: z.string().nullable().describe('Why it is not healthy, else null.'),
    checks: z.array(outcome).describe('Outcomes of the latest 60 checks, the latest first.'),
  })
  .describe('How a plugin is, as lists show it.');

/** The JSON shapes of the endpoints for health. */
export const healthSchemas = {
  health: z.object({ success: succeeded, data: health }),
  all: z.object({ success: succeeded, data: z.array(summary) }),
} as const;
