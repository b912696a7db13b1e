/** Offers two functions to other plugins: `members` and `nextOnCall`. */
export default {
  async onLoad(ctx) {
    ctx.registerRoute({
      method: 'GET',
      url: '/members',
      handler: async () => ({ success: true, data: ctx.getConfig('members') }),
    });
  },

  async onEnable(ctx) {
    const turns = ctx.collection('turns');
    await turns.insert({ _id: 'on-call', taken: 0 }).catch((error) => {
      if (error.code !== 'DOCUMENT_DUPLICATE') throw error;
    });

    ctx.exposeApi('members', () => ctx.getConfig('members'));

    // Each call is the next one's turn, also after a restart and when two call at once: only one of them finds
    // the turn as it has read it, and the other tries again.
    ctx.exposeApi('nextOnCall', async () => {
      const members = ctx.getConfig('members');
      if (members.length === 0) return null;
      for (;;) {
        const { taken } = await turns.findOne({ _id: 'on-call' });
        const mine = await turns.updateOne({ _id: 'on-call', taken }, { taken: taken + 1 });
        if (mine === 1) return members[taken % members.length];
      }
    });
  },
};
