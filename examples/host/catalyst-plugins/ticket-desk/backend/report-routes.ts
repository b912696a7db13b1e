import type { PluginContext } from '@catalyst-plugins/core';
import type { Desk } from './desk.ts';
import { filterOf, searchSchema, type TicketSearch } from './ticket-search.ts';
import { priorities, statuses, unsolved, type Ticket } from './ticket.ts';

const columns = ['number', 'title', 'status', 'priority', 'assignee', 'author', 'dueAt', 'overdue', 'tags'] as const;

/** Numbers about all tickets, and all tickets as a table. */
export function addReportRoutes(ctx: PluginContext, desk: Desk): void {
  ctx.registerRoute({
    method: 'GET',
    url: '/statistics',
    schema: { summary: 'Count tickets by status and priority' },
    handler: async () => ({
      success: true,
      data: {
        total: await desk.tickets.count(),
        byStatus: await countEach(statuses, (status) => desk.tickets.count({ status })),
        unsolvedByPriority: await countEach(priorities, (priority) =>
          desk.tickets.count({ priority, status: { $in: [...unsolved] } }),
        ),
        overdue: await desk.tickets.count({ overdue: true, status: 'open' }),
        unassigned: await desk.tickets.count({ assignee: null, status: { $in: [...unsolved] } }),
      },
    }),
  });

  ctx.registerRoute({
    method: 'GET',
    url: '/export.csv',
    schema: { summary: 'Download tickets as CSV', querystring: searchSchema },
    preHandler: ctx.requirePermission('tickets.manage'),
    handler: async (request, reply) => {
      const tickets = await desk.tickets.find(filterOf(request.query as TicketSearch), { sort: { number: 1 } });
      void reply.header('content-disposition', 'attachment; filename="tickets.csv"');
      return reply.type('text/csv; charset=utf-8').send(toCsv(tickets));
    },
  });
}

async function countEach<Name extends string>(
  names: readonly Name[],
  count: (name: Name) => Promise<number>,
): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await count(name)] as const)));
}

function toCsv(tickets: readonly Ticket[]): string {
  const lines = tickets.map((ticket) => columns.map((column) => cell(ticket[column])).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: Ticket[keyof Ticket]): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  // a spreadsheet would take it for a formula
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
