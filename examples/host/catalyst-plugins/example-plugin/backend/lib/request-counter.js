const key = 'requestCount';

/** Counts requests; the count survives reloads and restarts once it is saved. */
export async function countRequests(ctx) {
  let count = (await ctx.getStorage(key)) ?? 0;
  return {
    add: () => {
      count += 1;
    },
    total: () => count,
    save: () => ctx.setStorage(key, count),
  };
}
