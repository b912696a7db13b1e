import { setImmediate } from 'node:timers/promises';
import { createPluginHost } from '@catalyst-plugins/core';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import { createPrismaStores, openDatabase } from '@catalyst-plugins/prisma';
import Fastify, { type FastifyInstance } from 'fastify';
import { authenticateByToken } from './authenticate-by-token.ts';
import { authorizeByToken } from './authorize-by-token.ts';
import { openPanelDatabase } from './panel-database.ts';
import type { Settings } from './settings.ts';

/** Puts the panel together: its own routes and data, and a plugin host beside them. */
export async function createServer(settings: Settings): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: settings.logLevel } });
  const { databaseUrl: url, dataDir: directory } = settings;
  // a server that does not answer yet keeps neither the plugins nor the pages down that do not need it
  const database = await openDatabase({ url, directory, wait: false, logger: app.log });
  app.addHook('onClose', () => database.close());

  const { client: panel, ready } = openPanelDatabase(database);
  const isThere = await Promise.race([database.ready.then(() => true), setImmediate(false)]);
  if (isThere) await ready;
  else ready.catch((error: unknown) => endWithout(app, error));
  const plugins = createPluginHost({
    pluginsDir: settings.pluginsDir,
    stores: createPrismaStores(database),
    db: panel,
    logger: app.log,
    guard: settings.guard,
    watch: settings.hotReload,
    shutdownMs: settings.shutdownMs,
  });
  app.decorateRequest('user', null);
  await app.register(catalystPlugins, {
    host: plugins,
    admin: { authorize: authorizeByToken(settings.adminToken), ui: true },
    authenticate: authenticateByToken(settings),
    // who is not signed in may read; plugins say themselves what needs a permission
    defaultAuth: 'optional',
    // what plugins show is for everybody; their routes say themselves what needs a permission
    frontends: { authorize: () => true },
    metrics: true,
    probes: true,
  });

  app.get('/', async () => ({
    name: 'Game panel',
    servers: await panel.server.count().catch(() => null),
    plugins: plugins.status().length,
  }));
  app.post('/servers/:name/start', async (request, reply) => {
    const { name } = request.params as { name: string };
    const { count } = await panel.server.updateMany({ where: { name }, data: { status: 'online' } });
    if (count === 0) return reply.code(404).send({ error: `There is no server "${name}".` });
    plugins.emit('server:started', { name });
    return { success: true };
  });
  return app;
}

/** A database that cannot be used when it answers at last is an error of who set it up. */
function endWithout(app: FastifyInstance, error: unknown): void {
  app.log.fatal({ err: error }, 'the database cannot be used');
  process.exitCode = 1;
  void app.close();
}
