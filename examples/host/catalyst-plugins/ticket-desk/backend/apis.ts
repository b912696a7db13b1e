/// <reference types="@catalyst-plugins/fastify" />
import type { Ticket } from './ticket.ts';

declare module '@catalyst-plugins/core' {
  interface PluginApis {
    /** What this plugin offers to others. */
    'ticket-desk': {
      find(params: { readonly number: number }): Promise<Ticket | null>;
      assign(params: { readonly number: number; readonly assignee: string }): Promise<Ticket | null>;
    };
  }
}
