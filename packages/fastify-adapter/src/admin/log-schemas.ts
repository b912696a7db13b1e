import { z } from 'zod';
import { reasonText } from './audit-schemas.ts';

const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
const succeeded = z.literal(true);
const details = z.record(z.string(), z.unknown());

const line = z
  .object({
    seq: z.int().describe('Grows with every line of any plugin; it begins anew when the host starts.'),
    at: z.iso.datetime(),
    plugin: z.string(),
    level,
    message: z.string(),
    details,
    generation: z.int().nullable().describe('Which generation wrote it; null where the host wrote it.'),
  })
  .meta({ id: 'PluginLogLine', description: 'A line that a plugin logged, or that the host logged about it.' });

const errorGroup = z
  .object({
    fingerprint: z.string(),
    type: z.string().nullable(),
    message: z.string(),
    where: z.string().nullable(),
    count: z.int(),
    firstAt: z.iso.datetime(),
    lastAt: z.iso.datetime(),
    example: z.object({
      message: z.string(),
      stack: z.string().nullable(),
      generation: z.int().nullable(),
      details,
    }),
  })
  .meta({ id: 'PluginErrorGroup', description: 'Errors that are the same but for numbers, names in quotes and ids.' });

const logLevel = z.object({ level, standard: level, until: z.iso.datetime().nullable() });

/** The JSON shapes of the endpoints about logs. */
export const logSchemas = {
  query: z.object({
    level: level.optional().describe('Only lines of this level and of higher ones.'),
    text: z.string().max(500).optional().describe('Only lines with this text in the message or the details.'),
    before: z.coerce.number().int().min(0).optional().describe('Only lines before the one of this number.'),
    after: z.coerce
      .number()
      .int()
      .min(0)
      .optional()
      .describe('Only lines after the one of this number, the oldest first.'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('At most this many; default 100, and all that are kept as `ndjson`.'),
    format: z.enum(['json', 'ndjson']).optional().describe('`ndjson`: a file with one line of JSON for each.'),
  }),
  lines: z.object({ success: succeeded, data: z.array(line), hasMore: z.boolean(), dropped: z.int() }),
  errors: z.object({ success: succeeded, data: z.array(errorGroup) }),
  levelBody: z.object({
    level: level.nullable().describe('null goes back to the standard level now.'),
    forMs: z.int().min(1).max(86_400_000).optional().describe('For how long, in milliseconds; default 15 minutes.'),
    reason: reasonText,
  }),
  level: z.object({ success: succeeded, data: logLevel }),
} as const;
