import type { PluginContext } from '@catalyst-plugins/core';
import type { Desk, TicketChange } from './desk.ts';
import { absent, numberInPath, ticketMembers } from './ticket-schemas.ts';

/** What only those may do who manage the desk. */
export function addManageRoutes(ctx: PluginContext, desk: Desk): void {
  const mayManage = ctx.requirePermission('tickets.manage');
  const { status, assignee, tags } = ticketMembers;

  ctx.registerRoute({
    method: 'DELETE',
    url: '/tickets/:number',
    schema: { summary: 'Remove a ticket and its comments', params: numberInPath },
    preHandler: mayManage,
    handler: async (request, reply) => {
      const { number } = request.params as { number: number };
      return (await desk.remove(number)) ? { success: true } : reply.code(404).send(absent(number));
    },
  });

  ctx.registerRoute({
    method: 'POST',
    url: '/tickets/bulk',
    schema: {
      summary: 'Change many tickets at once',
      body: {
        type: 'object',
        required: ['numbers', 'change'],
        properties: {
          numbers: { type: 'array', minItems: 1, maxItems: 500, items: { type: 'integer' } },
          change: {
            type: 'object',
            minProperties: 1,
            additionalProperties: false,
            properties: { status, assignee, addTag: tags.items },
          },
        },
      },
    },
    preHandler: mayManage,
    handler: async (request) => {
      const body = request.body as { numbers: number[]; change: TicketChange & { addTag?: string } };
      return { success: true, data: { changed: await desk.changeMany(body.numbers, body.change) } };
    },
  });
}
