import { createPluginHost, type PluginHost, type PluginHostOptions } from '@catalyst-plugins/core';
import {
  createMemoryLogger,
  createPluginsFolder,
  type MemoryLogger,
  type PluginFiles,
  type PluginsFolder,
} from '@catalyst-plugins/core/testing';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { catalystPlugins, type CatalystPluginsOptions } from '../src/index.ts';

/** A real server with real plugin folders on a real socket. */
export interface TestServer extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly host: PluginHost;
  readonly folder: PluginsFolder;
  readonly logger: MemoryLogger;
  readonly url: string;
  /** Fetches a path of the server with the administrator's token. */
  admin(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface TestServerOptions {
  readonly plugins?: Readonly<Record<string, PluginFiles>>;
  readonly host?: Partial<PluginHostOptions>;
  readonly adapter?: Partial<CatalystPluginsOptions>;
  readonly server?: FastifyServerOptions;
  /** The host application's own part, before and after the plugins are registered. */
  readonly before?: (app: FastifyInstance) => void | Promise<void>;
  readonly after?: (app: FastifyInstance) => void | Promise<void>;
}

export const token = 'the-administrators-token';

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await createPluginsFolder(options.plugins);
  const logger = createMemoryLogger();
  const host = createPluginHost({ pluginsDir: folder.directory, logger, stallWatch: false, ...options.host });
  const app = Fastify({ logger: false, ...options.server });
  await options.before?.(app);
  await app.register(catalystPlugins, {
    host,
    admin: {
      authorize: ({ headers }) => {
        if (headers.authorization === undefined) return 'unauthenticated';
        return headers.authorization === `Bearer ${token}` ? { id: 'ana' } : 'forbidden';
      },
    },
    ...options.adapter,
  });
  await options.after?.(app);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const send = (path: string, init?: RequestInit): Promise<Response> => fetch(`${url}${path}`, init);
  return {
    app,
    host,
    folder,
    logger,
    url,
    fetch: send,
    admin: (path, { json, ...init } = {}) =>
      send(path, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string> | undefined),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    async [Symbol.asyncDispose]() {
      await app.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The entry of a plugin whose `onLoad` has this body. */
export function onLoad(body: string): string {
  return `export default { async onLoad(ctx) {\n${body}\n} };\n`;
}
