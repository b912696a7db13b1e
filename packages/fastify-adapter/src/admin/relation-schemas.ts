import { z } from 'zod';
import { reasonText } from './audit-schemas.ts';

const succeeded = z.literal(true);
const permissionNames = z.array(z.string().min(1).max(200)).max(1000);

const permission = z.object({
  permission: z.string(),
  description: z.string().nullable().describe('Why the plugin needs it, in the words of its manifest.'),
  state: z.enum(['granted', 'revoked', 'pending']),
});

const permissions = z
  .object({
    permissions: z.array(permission),
    pending: z.array(permission).describe('What the files in its folder ask for and nobody has decided about.'),
  })
  .describe('What a plugin asks for, and what was decided.');

const graph = z
  .object({
    nodes: z.array(
      z.object({
        name: z.string(),
        displayName: z.string(),
        version: z.string().nullable(),
        state: z.string().nullable(),
        enabled: z.boolean(),
      }),
    ),
    edges: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        range: z.string(),
        optional: z.boolean(),
        problem: z.string().nullable().describe('Why the need is not met, else null.'),
      }),
    ),
    cycles: z.array(z.array(z.string())).describe('Each as the names along it, the first one again at the end.'),
  })
  .describe('Who needs whom; a plugin that is missed has no version and no state.');

/** Members of the bodies of commands that say something of other plugins or of permissions. */
export const relationMembers = {
  grant: permissionNames.optional().describe('Permissions that are granted with the command.'),
  cascade: z
    .boolean()
    .default(false)
    .describe('Whether plugins that need this one are taken off too; they come back by themselves when they can.'),
};

/** The JSON shapes of what plugins have to do with each other and what they may. */
export const relationSchemas = {
  graph: z.object({ success: succeeded, data: graph }),
  grants: z.object({ success: succeeded, data: permissions }),
  grantsBody: z.object({
    grant: permissionNames.optional().describe('Permissions to grant; the others stay.'),
    reason: reasonText,
    revoke: permissionNames.optional().describe('Permissions to take away; in effect with the next call.'),
  }),
  reloadBody: z.object({ reason: reasonText, ...relationMembers }),
} as const;
