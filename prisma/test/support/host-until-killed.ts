// A process of the crash test: starts a host on an embedded database and a folder of plugins, says what its plugin finds,
// then saves settings, documents and values until it is killed, and says after each round that all were acknowledged.
import { createPluginHost, type PluginContext } from '@catalyst-plugins/core';
import { createMemoryLogger } from '@catalyst-plugins/core/testing';
import { createPrismaStores } from '../../src/create-prisma-stores.ts';
import { openEmbeddedDatabase } from '../../src/open-embedded-database.ts';

const plugin = 'written';
const [directory = '', pluginsDir = ''] = process.argv.slice(2);
const stores = createPrismaStores(await openEmbeddedDatabase({ directory }));
const host = createPluginHost({ pluginsDir, stores, logger: createMemoryLogger() });
const contexts: PluginContext[] = [];
host.on('context', (data) => void contexts.push((data as { ctx: PluginContext }).ctx));
await host.start();

const ctx = contexts[0];
if (ctx === undefined) throw new Error(`the plugin is ${host.summary(plugin)?.state}`);
const rounds = ctx.collection<{ _id: string; n: number }>('rounds');
const { revision } = host.config.state(plugin);
process.send?.({
  found: {
    revision,
    revisions: (await host.config.revisions(plugin, { limit: 10_000 })).length,
    round: ctx.getConfig<number>('round'),
    token: ctx.getConfig<string>('token'),
    documents: (await rounds.find({ n: { $gt: 0 } })).map(({ n }) => n),
    counted: (await rounds.findOne({ _id: 'counter' }))?.n ?? 0,
    keys: await ctx.listStorage('round-'),
  },
});
if ((await rounds.count({ _id: 'counter' })) === 0) await rounds.insert({ _id: 'counter', n: 0 });

for (let round = revision + 1; ; round += 1) {
  await Promise.all([
    host.config.update(plugin, { round, token: `secret ${round}` }),
    // the round before may have been cut after this was stored
    rounds.delete({ _id: `round-${round}` }).then(() => rounds.insert({ _id: `round-${round}`, n: round })),
    rounds.update({ _id: 'counter' }, { $inc: { n: 1 } }),
    ctx.setStorage(`round-${round}`, { round }),
  ]);
  process.send?.({ acknowledged: round });
}
