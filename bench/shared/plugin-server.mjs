import { createPluginHost } from '@catalyst-plugins/core';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import Fastify from 'fastify';
import { silentLogger } from './silent-logger.mjs';

/** Starts a Fastify server with the plugins of a folder; all of them are active when it resolves. */
export async function startPluginServer(pluginsDir, { watch = false, sockets = false } = {}) {
  const host = createPluginHost({ pluginsDir, watch, logger: silentLogger(), startWaitMs: 60_000 });
  const app = Fastify({ logger: false, pluginTimeout: 120_000 });
  await app.register(catalystPlugins, { host, admin: false, sockets });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const failed = host.status().find(({ state }) => state !== 'active');
  if (failed) throw new Error(`not active: ${JSON.stringify(failed)}`);
  return { host, app, port: app.server.address().port };
}
