import type { JsonObject } from '@catalyst-plugins/core';
import { manifestOf, type PluginFiles } from '@catalyst-plugins/core/testing';
import { startPluginServer, type PluginServer, type PluginServerOptions } from './plugin-server.ts';

/** A server with the plugin `shop`, whose settings are of every kind. */
export interface ShopServer extends PluginServer {
  /** Somebody else changes settings. */
  change(values: JsonObject): Promise<void>;
  /** The settings as the plugin gets them, secrets in clear. */
  seen(): Promise<JsonObject>;
}

/** The files of `shop`; the environment decides its region. */
export function shop(members: object = {}): PluginFiles {
  const config = {
    title: { type: 'string', default: 'Shop' },
    pageSize: { type: 'integer', default: 20, min: 1 },
    region: { type: 'string', default: 'eu' },
    token: { type: 'password' },
  };
  const entry = `export default {
    onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/config', handler: async () => ctx.getConfig() }); },
    onConfigChange() {},
    validateConfig(ctx, { title }) {
      return title === 'Dull' ? { errors: [{ pointer: '/title', message: 'Too dull.' }] } : undefined;
    },
  };`;
  return { 'plugin.json': manifestOf('shop', { config, ...members }), 'index.js': entry };
}

/** Starts the server for one test. */
export async function startShopServer(options: PluginServerOptions = {}): Promise<ShopServer> {
  const server = await startPluginServer({
    ...options,
    plugins: { shop: shop(), ...options.plugins },
    host: { env: { CATALYST_CONFIG__SHOP__REGION: 'eu' }, ...options.host },
  });
  return Object.assign(server, {
    change: (values: JsonObject) => server.host.config.update('shop', values, { actor: 'somebody' }),
    seen: async () => (await (await fetch(`${server.baseUrl}/shop/config`)).json()) as JsonObject,
  });
}
