import { createPluginHost, type PluginHost, type PluginHostOptions } from '@catalyst-plugins/core';
import {
  createMemoryLogger,
  createPluginsFolder,
  type PluginFiles,
  type PluginsFolder,
} from '@catalyst-plugins/core/testing';
import { catalystPlugins, type FrontendOptions } from '@catalyst-plugins/fastify';
import fastify from 'fastify';
import { onTestFinished } from 'vitest';

/** One request that arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One change that arrived. */
export interface SeenChange {
  readonly method: string;
  /** Below the prefix. */
  readonly path: string;
  readonly ifMatch: string | undefined;
  readonly body: unknown;
}

/** A real host behind a real socket, with hands on the network. */
export interface PluginServer {
  readonly baseUrl: string;
  readonly port: number;
  readonly host: PluginHost;
  readonly folder: PluginsFolder;
  readonly requests: readonly SeenRequest[];
  readonly changes: readonly SeenChange[];
  /** How many streams of live events are open. */
  openStreams(): number;
  /** The topics of the stream that was asked for last. */
  topics(): string;
  /** Cuts all connections, as a network does. */
  cutConnections(): void;
  /** Answers requests for a path with 503 until the returned function is called. */
  refuse(path: string): () => void;
  close(): Promise<void>;
}

export interface PluginServerOptions {
  readonly plugins?: Readonly<Record<string, PluginFiles>>;
  /** A folder that is there already, for a server that starts again. */
  readonly folder?: PluginsFolder;
  readonly port?: number;
  readonly host?: Partial<PluginHostOptions>;
  /** What the `authorization` header has to be. */
  readonly token?: string;
  readonly frontends?: FrontendOptions;
}

const prefix = '/api/plugins';

/** Starts a host and a server for one test; both end with it. */
export async function startPluginServer(options: PluginServerOptions = {}): Promise<PluginServer> {
  const folder = options.folder ?? (await createPluginsFolder(options.plugins));
  const host = createPluginHost({ pluginsDir: folder.directory, logger: createMemoryLogger(), ...options.host });
  const app = fastify({ forceCloseConnections: true });
  const requests: SeenRequest[] = [];
  const changes: SeenChange[] = [];
  const refused = new Set<string>();
  let openStreams = 0;
  let topics = '';
  app.addHook('onRequest', async (request, reply) => {
    const [path = '', query = ''] = request.url.split('?');
    requests.push({ method: request.method, path, headers: request.headers });
    if (refused.has(path)) return reply.code(503).type('text/html').send('<h1>Service Unavailable</h1>');
    if (path.endsWith('/events')) {
      openStreams += 1;
      topics = new URLSearchParams(query).get('topics') ?? '';
      reply.raw.once('close', () => (openStreams -= 1));
    }
    return undefined;
  });
  app.addHook('preHandler', async ({ method, url, headers, body }) => {
    if (method !== 'GET') changes.push({ method, path: url.slice(prefix.length), ifMatch: headers['if-match'], body });
  });
  const { token } = options;
  await app.register(catalystPlugins, {
    host,
    sockets: false,
    ...(options.frontends && { frontends: options.frontends }),
    admin: {
      authorize: ({ headers }) =>
        token === undefined || headers.authorization === token ? { id: 'ada' } : 'unauthenticated',
    },
  });
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const close = async (): Promise<void> => {
    await app.close();
  };
  onTestFinished(async () => {
    await close();
    await folder[Symbol.asyncDispose]();
  });
  return {
    baseUrl: `http://127.0.0.1:${port}${prefix}`,
    port,
    host,
    folder,
    requests,
    changes,
    openStreams: () => openStreams,
    topics: () => topics,
    cutConnections: () => app.server.closeAllConnections(),
    refuse(path) {
      refused.add(`${prefix}${path}`);
      return () => refused.delete(`${prefix}${path}`);
    },
    close,
  };
}
