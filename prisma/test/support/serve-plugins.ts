import { randomUUID } from 'node:crypto';
import { createPluginHost, type Json, type PluginHost, type PluginHostOptions } from '@catalyst-plugins/core';
import {
  createMemoryLogger,
  createPluginsFolder,
  manifestOf,
  type MemoryLogger,
  type PluginFiles,
  type PluginsFolder,
} from '@catalyst-plugins/core/testing';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import Fastify from 'fastify';
import { expect } from 'vitest';

/** An answer of the server, read. */
export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- read by paths that only the tests know
  readonly body: any;
}

/** A call that a remote plugin makes in the name of a test. */
export interface RemoteCall {
  readonly method: string;
  readonly args: readonly unknown[];
  /** The collection whose method is called; default: a method of `ctx`. */
  readonly collection?: string;
  /** The model of `ctx.db` whose method is called. */
  readonly model?: string;
  /** How often it is made at once; default 1. More than one answers with all outcomes. */
  readonly times?: number;
}

/** A host on a real server. */
export interface PluginServer extends AsyncDisposable {
  readonly host: PluginHost;
  readonly logger: MemoryLogger;
  readonly url: string;
  /** Asks the admin API; the path begins behind `/api/plugins`. */
  admin(method: string, path: string, json?: unknown, ifMatch?: string): Promise<Answer>;
  /** Asks a route of a plugin. */
  get(plugin: string, path: string): Promise<Answer>;
  /** Calls a method of a remote plugin's `ctx`. Rejects with `{ code, message }` where the call did. */
  run<Result = Json>(plugin: string, method: string, ...args: readonly unknown[]): Promise<Result>;
  /** Calls a method of a remote plugin's collection `things`. Rejects like `run`. */
  things<Result = Json>(plugin: string, method: string, ...args: readonly unknown[]): Promise<Result>;
  /** Makes a call and says what came of it, whatever that was. */
  outcome(plugin: string, call: RemoteCall): Promise<unknown>;
  /** Stops it, and expects that nothing of any plugin is left. */
  stop(): Promise<void>;
}

/** A name that no other test uses, so that tests can share one store. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** A plugin that does over HTTP what tests want of it. `hooks` are further members of its entry. */
export function remotePlugin(name: string, members: object = {}, hooks = ''): PluginFiles {
  const code = `
    async function outcome(work) {
      try { return { value: (await work()) ?? null }; }
      catch (error) { return { error: { code: error.code ?? null, message: error.message } }; }
    }
    export default {
      onLoad(ctx) {
        ctx.registerRoute({ method: 'POST', url: '/run', handler: async ({ body }) => {
          const { method, args, collection, model, times = 1 } = body;
          const call = () => {
            const target = model ? ctx.db[model] : collection ? ctx.collection(collection) : ctx;
            return target[method](...args);
          };
          if (times === 1) return outcome(call);
          return { value: await Promise.all(Array.from({ length: times }, () => outcome(call))) };
        } });
      },
      ${hooks}
    };`;
  return { 'plugin.json': manifestOf(name, members), 'index.js': code };
}

/** A folder with one plugin for each name. */
export function folderOf(...plugins: readonly (readonly [name: string, files: PluginFiles])[]): Promise<PluginsFolder> {
  return createPluginsFolder(Object.fromEntries(plugins));
}

/** Starts a host on plugins of a folder, on a real server. */
export async function servePlugins(
  folder: PluginsFolder,
  options: Partial<PluginHostOptions> = {},
): Promise<PluginServer> {
  const logger = createMemoryLogger();
  const host = createPluginHost({ pluginsDir: folder.directory, logger, env: {}, ...options });
  // a busy machine may take long to start a host
  const app = Fastify({ logger: false, pluginTimeout: 60_000 });
  await app.register(catalystPlugins, {
    host,
    admin: { authorize: ({ headers }) => ({ id: String(headers['x-user'] ?? 'ana') }) },
  });
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/api/plugins`;
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, etag: response.headers.get('etag'), body: isJson ? JSON.parse(text) : text };
  };
  const withJson = (json: unknown, headers: Record<string, string> = {}): RequestInit =>
    json === undefined
      ? { headers }
      : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) };
  const outcome = async (plugin: string, call: RemoteCall): Promise<{ value: unknown; error?: object }> => {
    const { status, body } = await send(`/${plugin}/run`, { method: 'POST', ...withJson(call) });
    expect([status, body]).toEqual([200, body]);
    return body;
  };
  const valueOf = async <Result>(plugin: string, call: RemoteCall): Promise<Result> => {
    const { value, error } = await outcome(plugin, call);
    if (error !== undefined) throw Object.assign(new Error('a call of a remote plugin was refused'), error);
    return value as Result;
  };
  return {
    host,
    logger,
    url,
    admin: (method, path, json, ifMatch) =>
      send(path, { method, ...withJson(json, ifMatch === undefined ? {} : { 'if-match': ifMatch }) }),
    get: (plugin, path) => send(`/${plugin}${path}`, { method: 'GET' }),
    run: (plugin, method, ...args) => valueOf(plugin, { method, args }),
    things: (plugin, method, ...args) => valueOf(plugin, { collection: 'things', method, args }),
    outcome,
    async stop() {
      await app.close();
      expect(host.inspect()).toEqual({ listeners: 0, generations: 0, activeCalls: 0 });
    },
    async [Symbol.asyncDispose]() {
      await app.close();
    },
  };
}
