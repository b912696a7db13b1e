/** Hears of new tickets and calls two other plugins; both may be reloaded at any time without this one noticing. */
export default {
  onEnable(ctx) {
    ctx.on('ticket:created', async ({ number, priority }) => {
      if (!ctx.getConfig('priorities').includes(priority)) return;
      const assignee = await ctx.callPluginApi('team-directory', 'nextOnCall');
      if (assignee === null) return;
      await ctx.callPluginApi('ticket-desk', 'assign', { number, assignee });
      ctx.logger.info({ number, assignee }, 'assigned');
    });
  },
};
