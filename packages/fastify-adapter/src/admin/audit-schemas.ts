import { z } from 'zod';

/** Why an administrator does something; a member of the bodies of commands. */
export const reasonText: z.ZodOptional<z.ZodString> = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .optional()
  .describe('Why, in your words; it stands in the audit log.');

const record = z
  .object({
    id: z.string(),
    plugin: z.string().describe('`(host)` for what concerns no plugin.'),
    type: z.string(),
    actor: z.string(),
    result: z.enum(['ok', 'failed', 'denied']),
    reason: z.string().nullable().describe('Why it was done, or why it came to nothing.'),
    at: z.iso.datetime(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditRecord', description: 'An entry of the audit log.' });

const types = z.string().max(200);
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const filters = {
  plugin: z.string().max(200).optional().describe('`(host)` for what concerns no plugin.'),
  type: z
    .union([types, z.array(types).max(50)])
    .optional()
    .describe('May be repeated; one that ends in `*` stands for all types that begin so.'),
  actor: z.string().max(200).optional(),
  result: z.enum(['ok', 'failed', 'denied']).optional(),
  since: time.optional().describe('The earliest time, ISO 8601.'),
  until: time.optional().describe('Entries of this time and later are left out.'),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Found in the plugin, the type, the actor, the reason or a text in the data; A to Z are as a to z.'),
  before: z.string().max(40).optional().describe('Only entries older than the one with this id.'),
};

/** The JSON shapes of the audit log. */
export const auditSchemas = {
  query: z.object({ ...filters, limit: z.coerce.number().int().min(1).max(1000).default(100) }),
  exportQuery: z.object({
    ...filters,
    format: z.enum(['csv', 'ndjson']).default('csv'),
    limit: z.coerce.number().int().min(1).optional().describe('At most this many, newest first; default all.'),
  }),
  records: z.object({ success: z.literal(true), data: z.array(record) }),
} as const;
