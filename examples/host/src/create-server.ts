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
  const database = await openDatabase({ url: settings.databaseUrl, directory: settings.dataDir, logger: app.log });
  app.addHook('onClose', () => database.close());

  const panel = await openPanelDatabase(database);
  const plugins = createPluginHost({
    pluginsDir: settings.pluginsDir,
    stores: createPrismaStores(database),
    db: panel,
    logger: app.log,
    watch: settings.hotReload,
    shutdownMs: settings.shutdownMs,
  });
  app.decorateRequest('user', null);
  await app.register(catalystPlugins, {
    host: plugins,
    admin: { authorize: authorizeByToken(settings.adminToken) },
    authenticate: authenticateByToken(settings),
    // who is not signed in may read; plugins say themselves what needs a permission
    defaultAuth: 'optional',
    metrics: true,
  });

  app.get('/', async () => ({
    name: 'Game panel',
    servers: await panel.server.count(),
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
