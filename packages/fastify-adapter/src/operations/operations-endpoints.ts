import { PluginError, isPluginError, type JsonObject, type PluginHost } from '@catalyst-plugins/core';
import type { z } from 'zod';
import type { AdminCall, AdminEndpoint } from '../admin/admin-endpoint.ts';
import { operationsSchemas } from './operations-schemas.ts';

/** The endpoints of the operations API; `publicHealth` lets everybody ask for health. */
export function operationsEndpoints(publicHealth: boolean): readonly AdminEndpoint[] {
  return [
    {
      method: 'GET',
      path: '/status',
      permission: 'plugins.read',
      summary: 'Read how many plugins are in which state, and how they are',
      answer: operationsSchemas.status,
      run: ({ host }) => host.getPluginStatus(),
    },
    {
      method: 'GET',
      path: '/list',
      permission: 'plugins.read',
      summary: 'List the plugins with their health',
      answer: operationsSchemas.list,
      run: ({ host }) => host.getPluginList(),
    },
    {
      method: 'GET',
      path: '/health',
      permission: publicHealth ? undefined : 'plugins.read',
      summary: 'Read the health of all plugins',
      answer: operationsSchemas.health,
      furtherStatuses: { '503': 'The host is unhealthy.' },
      run: ({ host, setStatus }) => {
        const report = host.getPluginHealth();
        if (report.overall_status === 'unhealthy') setStatus(503);
        return report;
      },
    },
    ...commandEndpoints,
  ];
}

const commandEndpoints: readonly AdminEndpoint[] = [
  {
    method: 'POST',
    path: '/reload',
    permission: 'plugins.write',
    summary: 'Reload a plugin with draining; a failure leaves the old one serving',
    query: operationsSchemas.query,
    answer: operationsSchemas.done,
    run: async (call) => {
      const plugin = pluginOf(call);
      await call.host.reloadPlugin(plugin, call.by);
      const isOff = call.host.summary(plugin)?.state === 'disabled';
      const message = isOff
        ? 'Plugin is disabled; its folder was read'
        : 'Plugin reloaded successfully with graceful draining';
      return done(plugin, message);
    },
  },
  {
    method: 'GET',
    path: '/config',
    permission: 'plugins.read',
    summary: 'Read the settings of a plugin, without secrets',
    query: operationsSchemas.query,
    answer: operationsSchemas.config,
    run: (call) => {
      const plugin = pluginOf(call);
      return { plugin, config: call.host.config.state(plugin).config, timestamp: secondsNow() };
    },
  },
  {
    method: 'PUT',
    path: '/config',
    permission: 'plugins.write',
    summary: 'Change settings of a plugin and reload it with draining, or go back to the former ones',
    query: operationsSchemas.query,
    body: operationsSchemas.body,
    answer: operationsSchemas.done,
    run: async (call) => {
      const plugin = pluginOf(call);
      const body = call.body as JsonObject;
      await updateConfig(call, plugin, settingsIn(body, call.host, plugin));
      const isActive = call.host.summary(plugin)?.state === 'active';
      return done(plugin, isActive ? 'Configuration updated and plugin reloaded' : 'Configuration updated');
    },
  },
];

/** Seconds since the epoch. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1_000);
}

function pluginOf({ query }: AdminCall): string {
  return (query as z.output<typeof operationsSchemas.query>).plugin;
}

function done(plugin: string, message: string): object {
  return { plugin, status: 'success', message, timestamp: secondsNow() };
}

/** The settings themselves, or those under `config` where the plugin has no setting of that name. */
function settingsIn(body: JsonObject, host: PluginHost, plugin: string): JsonObject {
  const [[key, inner] = [], ...others] = Object.entries(body);
  if (key !== 'config' || others.length > 0 || !isJsonObject(inner)) return body;
  const { config, schema } = host.config.state(plugin);
  const { properties } = schema as { properties?: JsonObject };
  return 'config' in config || (properties !== undefined && 'config' in properties) ? body : inner;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Says of a failure what it leaves behind: the former settings, unless they could not be put back. */
async function updateConfig({ host, by }: AdminCall, plugin: string, config: JsonObject): Promise<void> {
  const { revision } = host.config.state(plugin);
  try {
    await host.updatePluginConfig(plugin, config, by);
  } catch (error) {
    const isLeft = host.config.state(plugin).revision === revision + 1;
    if (!isPluginError(error) || isLeft) throw error;
    const message = `Configuration not updated, the former one stays: ${error.message}`;
    const { hint, issues, details } = error;
    throw new PluginError(error.code, message, { plugin, hint, issues, details, cause: error });
  }
}
