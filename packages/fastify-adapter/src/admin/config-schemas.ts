import { z } from 'zod';
import { reasonText } from './audit-schemas.ts';

const values = z.record(z.string(), z.unknown());
const succeeded = z.literal(true);

const state = z
  .object({
    revision: z.int(),
    config: values.describe('What the environment decides, else stored values, else defaults.'),
    stored: z.array(z.string()),
    schema: values.describe('JSON Schema 2020-12 of the whole configuration.'),
    fields: values.describe('Field definitions by key.'),
    locked: z.array(z.object({ key: z.string(), variable: z.string() })),
    effect: z.enum(['hot', 'reload', 'later']),
    canTest: z.boolean(),
  })
  .describe('The configuration of one plugin, for those who edit it; secrets read {"$secret":"set"}.');

const revision = z.object({
  revision: z.int(),
  actor: z.string(),
  savedAt: z.iso.datetime(),
  keys: z.array(z.string()).describe('Keys whose values differ from the revision before.'),
  config: values.describe('The values that were stored.'),
});

const test = z.object({
  ok: z.boolean(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
  messages: z.array(z.string()),
});

/** The JSON shapes of the endpoints for settings. */
export const configSchemas = {
  body: z.object({ config: values.describe('The settings to change; the others stay.'), reason: reasonText }),
  testBody: z.object({ config: values.describe('The settings that would change; the others stay.') }),
  restoreBody: z.object({
    revision: z.int().min(0).describe('The revision whose values are to be stored again.'),
    reason: reasonText,
  }),
  revisionsQuery: z.object({
    before: z.coerce.number().int().min(1).optional().describe('Only revisions with a smaller number.'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  state: z.object({ success: succeeded, data: state }),
  revisions: z.object({ success: succeeded, data: z.array(revision) }),
  test: z.object({ success: succeeded, data: test }),
} as const;
