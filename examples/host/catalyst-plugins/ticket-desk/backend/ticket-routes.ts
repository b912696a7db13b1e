import type { PluginContext } from '@catalyst-plugins/core';
import type { Desk, NewTicket } from './desk.ts';
import { absent, numberInPath, ticketMembers } from './ticket-schemas.ts';
import { filterOf, orderOf, searchSchema, type TicketSearch } from './ticket-search.ts';

/** Finding, reading and opening tickets. */
export function addTicketRoutes(ctx: PluginContext, desk: Desk): void {
  const { title, description, priority, tags } = ticketMembers;

  ctx.registerRoute({
    method: 'GET',
    url: '/tickets',
    schema: { summary: 'Search tickets', querystring: searchSchema },
    handler: async (request) => {
      const search = request.query as TicketSearch;
      const limit = ctx.getConfig<number>('pageSize');
      const filter = filterOf(search);
      const [rows, total] = await Promise.all([
        desk.tickets.find(filter, {
          sort: orderOf(search),
          limit,
          skip: (search.page - 1) * limit,
          projection: { description: 0 },
        }),
        desk.tickets.count(filter),
      ]);
      return { success: true, data: rows, page: search.page, pages: Math.ceil(total / limit), total };
    },
  });

  ctx.registerRoute({
    method: 'POST',
    url: '/tickets',
    schema: {
      summary: 'Open a ticket',
      body: {
        type: 'object',
        required: ['title'],
        additionalProperties: false,
        properties: { title, description, priority, tags },
      },
    },
    preHandler: ctx.requirePermission('tickets.write'),
    handler: async (request, reply) => {
      const ticket = await desk.open(request.body as NewTicket, desk.authorOf(request));
      return reply.code(201).send({ success: true, data: ticket });
    },
  });

  ctx.registerRoute({
    method: 'GET',
    url: '/tickets/:number',
    schema: { summary: 'Read a ticket with its comments', params: numberInPath },
    handler: async (request, reply) => {
      const { number } = request.params as { number: number };
      const ticket = await desk.find(number);
      if (!ticket) return reply.code(404).send(absent(number));
      return { success: true, data: { ...ticket, comments: await desk.comments.find({ ticket: number }) } };
    },
  });
}
