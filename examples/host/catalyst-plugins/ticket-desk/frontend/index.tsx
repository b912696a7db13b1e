import { definePluginUI } from '@catalyst-plugins/react';
import { messages } from './messages.ts';
import { Statistics } from './statistics.tsx';
import { TicketList } from './ticket-list.tsx';
import { TicketPage } from './ticket-page.tsx';

export default definePluginUI({
  tabs: [{ id: 'tickets', label: 'tickets', component: TicketList }],
  routes: [
    { path: '/', label: 'tickets', component: TicketList },
    { path: '/tickets/:number', component: TicketPage },
  ],
  widgets: [{ id: 'statistics', label: 'tickets', component: Statistics }],
  messages,
});
