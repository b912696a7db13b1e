import { priorities, statuses } from './ticket.ts';

/** What clients may say of a ticket, member by member. */
export const ticketMembers = {
  title: { type: 'string', minLength: 1, maxLength: 200 },
  description: { type: 'string', maxLength: 10_000 },
  priority: { type: 'string', enum: priorities },
  status: { type: 'string', enum: statuses },
  assignee: { type: ['string', 'null'], maxLength: 100 },
  tags: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 50 } },
} as const;

/** The number of a ticket in a path. */
export const numberInPath = { type: 'object', properties: { number: { type: 'integer', minimum: 1 } } } as const;

/** The answer where there is no such ticket. */
export function absent(number: number): object {
  return { success: false, error: `There is no ticket ${number}.` };
}
