import { z } from 'zod';
import { adminPermissions } from './administrator.ts';
import { reasonText } from './audit-schemas.ts';
import { relationMembers } from './relation-schemas.ts';

const pluginState = z.enum([
  'loading',
  'disabled',
  'active',
  'reloading',
  'draining',
  'unloading',
  'failed',
  'blocked',
  'retrying',
  'quarantined',
]);

const reason = z.object({ code: z.string(), message: z.string(), hint: z.string() });

const summaryShape = {
  name: z.string(),
  displayName: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string().nullable(),
  state: pluginState,
  enabled: z.boolean(),
  reason: reason.nullable(),
  error: z.string().nullable(),
  lastFailure: reason.extend({ during: z.string(), at: z.iso.datetime() }).nullable(),
  generation: z.int().nullable(),
  runtime: z.string(),
  activeRequests: z.int(),
  canRollback: z.boolean(),
  hasFrontend: z.boolean(),
  permissions: z.array(z.string()),
  warnings: z.array(z.object({ pointer: z.string(), message: z.string(), code: z.string().optional() })),
  rev: z.int(),
};

const summary = z.object(summaryShape).meta({ id: 'PluginSummary', description: 'One plugin, as lists show it.' });

const detail = z
  .object({
    ...summaryShape,
    manifest: z.record(z.string(), z.unknown()),
    config: z.record(z.string(), z.unknown()),
    configRevision: z.int(),
    registrations: z.array(z.object({ label: z.string(), phase: z.enum(['loaded', 'enabled']), live: z.boolean() })),
    releases: z.array(
      z.object({ version: z.string(), digest: z.string(), liveAt: z.iso.datetime(), current: z.boolean() }),
    ),
    leftBehind: z
      .array(
        z.object({
          generation: z.int(),
          at: z.iso.datetime(),
          count: z.int(),
          resources: z.array(z.object({ label: z.string(), count: z.int(), closed: z.boolean() })),
        }),
      )
      .describe('What the plugin had not closed itself when it was disabled or a generation ended; the latest first.'),
    retired: z
      .array(
        z.object({
          generation: z.int(),
          version: z.string(),
          retiredAt: z.iso.datetime(),
          state: z.enum(['collected', 'pending', 'held']),
          heldForMs: z.int(),
          heldBy: z.array(z.string()),
        }),
      )
      .describe('Generations that are over, and whether something still holds them; the latest first.'),
  })
  .meta({ id: 'PluginDetail', description: 'Everything about one plugin; secrets read {"$secret":"set"}.' });

const operationPhase = z.enum([
  'queued',
  'loading',
  'migrating',
  'enabling',
  'checking',
  'draining',
  'releasing',
  'ended',
]);

const operation = z
  .object({
    id: z.string(),
    plugin: z.string(),
    kind: z.enum(['enable', 'disable', 'reload', 'rollback', 'block']),
    actor: z.string(),
    status: z.enum(['running', 'succeeded', 'failed']),
    phase: operationPhase,
    progress: z.object({ passed: z.array(operationPhase), toCome: z.array(operationPhase) }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    error: reason.nullable(),
    drain: z
      .object({
        inFlightAtStart: z.int(),
        inFlight: z.int(),
        calls: z.array(z.object({ label: z.string(), startedAt: z.iso.datetime() })),
        deadlineAt: z.iso.datetime(),
        cut: z.int().nullable(),
        forcedBy: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'PluginOperation', description: 'A command on a plugin and how far it is.' });

const succeeded = z.literal(true);

/** The JSON shapes of the admin API; requests are checked by them and the OpenAPI document is made from them. */
export const adminSchemas = {
  name: z.object({ name: z.string().min(1).max(200) }),
  enableBody: z.object({
    enabled: z.boolean().describe('Whether the plugin is wanted.'),
    reason: reasonText,
    ...relationMembers,
    force: z
      .boolean()
      .default(false)
      .describe('Whether a disable cuts the calls in flight instead of waiting for them.'),
  }),
  commandQuery: z.object({
    wait: z
      .stringbool()
      .default(true)
      .describe('`false` answers at once with 202 and the operation, which tells the rest.'),
  }),
  operationsQuery: z.object({ plugin: z.string().max(200).optional() }),
  reasonBody: z.object({ reason: reasonText }),
  rollbackBody: z.object({
    reason: reasonText,
    to: z.string().min(1).max(200).optional().describe('Version or digest of a release; default the previous one.'),
    cascade: relationMembers.cascade,
  }),
  rights: z.object({
    success: succeeded,
    data: z.object({
      id: z.string(),
      permissions: z.array(z.enum(adminPermissions)),
    }),
  }),
  list: z.object({ success: succeeded, data: z.array(summary) }),
  detail: z.object({ success: succeeded, data: detail }),
  done: z.object({ success: succeeded, message: z.string(), data: detail, operation }),
  configured: z.object({ success: succeeded, message: z.string(), data: detail }),
  operations: z.object({ success: succeeded, data: z.array(operation) }),
  operation: z.object({ success: succeeded, data: operation }),
  rescanned: z.object({ success: succeeded, message: z.string(), data: z.array(summary) }),
  problem: z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.string(),
      hint: z.string(),
      errors: z.array(z.looseObject({ pointer: z.string(), message: z.string() })).optional(),
      details: z.record(z.string(), z.unknown()).optional().describe('What a program needs to go on.'),
      requestId: z.string(),
      success: z.literal(false),
      error: z.string(),
    })
    .describe('Problem details (RFC 9457).'),
} as const;
