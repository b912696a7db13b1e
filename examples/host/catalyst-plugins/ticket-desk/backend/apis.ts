/// <reference types="@catalyst-plugins/fastify" />
import type { Ticket } from './ticket.ts';

/** What this plugin offers to others. */
export interface TicketDeskApis {
  readonly find: (params: { readonly number: number }) => Promise<Ticket | null>;
  readonly assign: (params: { readonly number: number; readonly assignee: string }) => Promise<Ticket | null>;
}

declare module '@catalyst-plugins/core' {
  interface PluginApis {
    'ticket-desk': TicketDeskApis;
  }
}
