export const statuses = ['open', 'waiting', 'solved', 'closed'] as const;
export const priorities = ['urgent', 'high', 'normal', 'low'] as const;

export type Status = (typeof statuses)[number];
export type Priority = (typeof priorities)[number];

/** A ticket as it is stored; the host adds `_id`, `_createdAt` and `_updatedAt`. */
export interface Ticket {
  /** For people; counts from 1. */
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly status: Status;
  readonly priority: Priority;
  readonly tags: readonly string[];
  /** User id of who opened it. */
  readonly author: string;
  /** Who sees to it; `null` while nobody does. */
  readonly assignee: string | null;
  /** ISO 8601. */
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly commentCount: number;
}

export interface Comment {
  /** Number of the ticket. */
  readonly ticket: number;
  readonly author: string;
  readonly text: string;
}

/** Statuses of tickets that somebody still has to do something about. */
export const unsolved: readonly Status[] = ['open', 'waiting'];
