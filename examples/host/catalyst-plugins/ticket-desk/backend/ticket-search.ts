import type { Filter } from '@catalyst-plugins/core';
import { priorities, statuses, type Priority, type Status } from './ticket.ts';

/** What `GET /tickets` takes. */
export interface TicketSearch {
  readonly status?: Status;
  readonly priority?: Priority;
  readonly assignee?: string;
  readonly tag?: string;
  readonly overdue?: boolean;
  /** Words in title or description. */
  readonly q?: string;
  readonly sort: 'newest' | 'oldest' | 'due';
  readonly page: number;
}

export const searchSchema = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: statuses },
    priority: { type: 'string', enum: priorities },
    assignee: { type: 'string', maxLength: 100, description: 'A user id, or "nobody".' },
    tag: { type: 'string', maxLength: 50 },
    overdue: { type: 'boolean' },
    q: { type: 'string', maxLength: 100, description: 'Words in title or description.' },
    sort: { type: 'string', enum: ['newest', 'oldest', 'due'], default: 'newest' },
    page: { type: 'integer', minimum: 1, default: 1 },
  },
} as const;

/** The documents that a search means. */
export function filterOf({ status, priority, assignee, tag, overdue, q }: Omit<TicketSearch, 'sort' | 'page'>): Filter {
  return {
    ...(status && { status }),
    ...(priority && { priority }),
    ...(assignee && { assignee: assignee === 'nobody' ? null : assignee }),
    ...(tag && { tags: { $in: [tag] } }),
    ...(overdue !== undefined && { overdue }),
    ...(q && { $or: [{ title: contains(q) }, { description: contains(q) }] }),
  };
}

const orders = {
  newest: { _createdAt: -1 },
  oldest: { _createdAt: 1 },
  due: { dueAt: 1 },
} as const;

/** By what a search is ordered. */
export function orderOf({ sort }: Pick<TicketSearch, 'sort'>): (typeof orders)[keyof typeof orders] {
  return orders[sort];
}

function contains(words: string): { $regex: string; $options: string } {
  return { $regex: words.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`), $options: 'i' };
}
