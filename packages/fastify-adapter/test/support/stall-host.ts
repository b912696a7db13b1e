/** A server whose plugin `bad` blocks the event loop in whatever way it is asked to; prints its address. */
import inspector from 'node:inspector';
import { createPluginHost, guardsItself } from '@catalyst-plugins/core';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import Fastify from 'fastify';

const [pluginsDir = '', reportMs = '300', terminateMs = '1000', debugging = ''] = process.argv.slice(2);
if (debugging === 'debugging') inspector.open(0);
const stallWatch = {
  reportMs: Number(reportMs),
  terminateMs: terminateMs === 'never' ? false : Number(terminateMs),
} as const;
const db = {
  [guardsItself]: true,
  /** Works for a plugin in a turn of its own, as a database in this process does. */
  async work(ms: number) {
    await Promise.resolve();
    for (const end = Date.now() + ms; Date.now() < end;);
    return 'done';
  },
};
const host = createPluginHost({ pluginsDir, db, stallWatch, releases: false, crashBudget: { crashes: 1 } });
const app = Fastify();
await app.register(catalystPlugins, { host, admin: false });
app.get<{ Querystring: { ms: string } }>('/busy', async ({ query }) => {
  for (const end = Date.now() + Number(query.ms); Date.now() < end;);
  return 'done';
});
app.get('/own', async () => 'the host');
app.get('/state', async () => ({
  plugins: host.status().map(({ name, state, reason }) => ({ name, state, reason })),
  audit: await host.audit({ plugin: 'bad', limit: 20 }),
  isTainted: host.isTainted,
}));
app.get('/told', async () => ({
  figures: host.metrics.of('bad'),
  exposition: host.metrics.prometheus(),
  health: await host.health.check('bad'),
}));
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
