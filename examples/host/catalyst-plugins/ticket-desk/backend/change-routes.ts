import type { PluginContext } from '@catalyst-plugins/core';
import type { Desk, TicketChange } from './desk.ts';
import { absent, numberInPath, ticketMembers } from './ticket-schemas.ts';

/** Changing one ticket, and writing below it. */
export function addChangeRoutes(ctx: PluginContext, desk: Desk): void {
  const mayWrite = ctx.requirePermission('tickets.write');

  ctx.registerRoute({
    method: 'PATCH',
    url: '/tickets/:number',
    schema: {
      summary: 'Change a ticket',
      params: numberInPath,
      body: { type: 'object', minProperties: 1, additionalProperties: false, properties: ticketMembers },
    },
    preHandler: mayWrite,
    handler: async (request, reply) => {
      const { number } = request.params as { number: number };
      const ticket = await desk.change(number, request.body as TicketChange);
      return ticket ? { success: true, data: ticket } : reply.code(404).send(absent(number));
    },
  });

  ctx.registerRoute({
    method: 'POST',
    url: '/tickets/:number/comments',
    schema: {
      summary: 'Comment on a ticket',
      params: numberInPath,
      body: {
        type: 'object',
        required: ['text'],
        properties: { text: { type: 'string', minLength: 1, maxLength: 10_000 } },
      },
    },
    preHandler: mayWrite,
    handler: async (request, reply) => {
      const { number } = request.params as { number: number };
      const { text } = request.body as { text: string };
      const comment = await desk.comment(number, text, desk.authorOf(request));
      return comment ? reply.code(201).send({ success: true, data: comment }) : reply.code(404).send(absent(number));
    },
  });
}
