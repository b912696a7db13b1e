import { definePlugin } from '@catalyst-plugins/core';
import type { TicketDeskApis } from './apis.ts';
import { addChangeRoutes } from './change-routes.ts';
import { Desk } from './desk.ts';
import { addManageRoutes } from './manage-routes.ts';
import { addReportRoutes } from './report-routes.ts';
import { addTicketRoutes } from './ticket-routes.ts';

export default definePlugin({
  /** Version 1.0 had no tags. */
  async migrate(ctx, { from }) {
    if (!from.startsWith('1.0.')) return;
    await ctx.collection('tickets').update({ tags: { $exists: false } }, { $set: { tags: [] } });
  },

  onLoad(ctx) {
    const desk = new Desk(ctx);
    addTicketRoutes(ctx, desk);
    addChangeRoutes(ctx, desk);
    addManageRoutes(ctx, desk);
    addReportRoutes(ctx, desk);
  },

  onEnable(ctx) {
    const desk = new Desk(ctx);
    ctx.scheduleTask('* * * * *', () => desk.markOverdue(new Date()), { name: 'deadlines' });
    const apis: TicketDeskApis = {
      find: ({ number }) => desk.find(number),
      assign: ({ number, assignee }) => desk.change(number, { assignee }),
    };
    ctx.exposeApi<'ticket-desk', 'find'>('find', apis.find);
    ctx.exposeApi<'ticket-desk', 'assign'>('assign', apis.assign);
  },

  async health(ctx) {
    await ctx.collection('tickets').count({ status: 'open' });
    return { status: 'healthy' };
  },
});
