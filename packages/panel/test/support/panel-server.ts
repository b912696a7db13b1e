import type { AddressInfo } from 'node:net';
import { createPluginHost, type PluginHost, type PluginHostOptions } from '@catalyst-plugins/core';
import {
  createMemoryLogger,
  createPluginsFolder,
  manifestOf,
  type PluginFiles,
  type PluginsFolder,
} from '@catalyst-plugins/core/testing';
import { catalystPlugins, type AdminPermission, type AdminProtection } from '@catalyst-plugins/fastify';
import Fastify, { type FastifyInstance } from 'fastify';

/** A real host with the panel, and hands on the network. */
export interface PanelServer extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly host: PluginHost;
  readonly folder: PluginsFolder;
  readonly url: string;
  /** The changes that arrived. */
  readonly changes: readonly { readonly method: string; readonly path: string; readonly body: unknown }[];
  /** Cuts all connections and takes no new ones, until the returned function is called. */
  goAway(): () => void;
}

export interface PanelServerOptions {
  readonly plugins?: Readonly<Record<string, PluginFiles>>;
  readonly host?: Partial<PluginHostOptions>;
  /** What everybody may do; default: everything. */
  readonly permissions?: readonly AdminPermission[];
  /** The bearer token that is needed; default: none. */
  readonly token?: string;
  readonly ui?: AdminProtection['ui'];
  /** Where the whole application is. */
  readonly below?: string;
}

/** A plugin that does nothing, with further members of its manifest and the body of `onLoad`. */
export function plugin(name: string, members: object = {}, onLoad = ''): PluginFiles {
  return {
    'plugin.json': manifestOf(name, members),
    'index.js': `export default { async onLoad(ctx) { ${onLoad} }, onEnable() {}, onDisable() {} };`,
  };
}

/** Starts a host and its server. */
export async function startPanelServer(options: PanelServerOptions = {}): Promise<PanelServer> {
  const folder = await createPluginsFolder(options.plugins);
  const host = createPluginHost({
    pluginsDir: folder.directory,
    logger: createMemoryLogger(),
    stallWatch: false,
    ...options.host,
  });
  const app = Fastify({ forceCloseConnections: true });
  const changes: { method: string; path: string; body: unknown }[] = [];
  let isAway = false;
  app.addHook('onRequest', async (request) => {
    if (isAway) request.raw.destroy();
  });
  app.addHook('preHandler', async ({ method, url, body }) => {
    if (method !== 'GET') changes.push({ method, path: url, body });
  });
  const { permissions, token, below = '', ui = true } = options;
  await app.register(
    async (scope) => {
      await scope.register(catalystPlugins, {
        host,
        admin: {
          ui,
          authorize: ({ headers }, permission) => {
            if (permissions?.includes(permission) === false) return 'forbidden';
            if (token === undefined) return { id: 'ana' };
            if (headers.authorization === undefined) return 'unauthenticated';
            return headers.authorization === `Bearer ${token}` ? { id: 'ana' } : 'forbidden';
          },
        },
      });
    },
    { prefix: below },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    host,
    folder,
    url: `http://127.0.0.1:${port}`,
    changes,
    goAway() {
      isAway = true;
      app.server.closeAllConnections();
      return () => {
        isAway = false;
      };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
