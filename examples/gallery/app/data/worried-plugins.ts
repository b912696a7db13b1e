import type { PluginDetail, PluginHealthReport } from '@catalyst-plugins/react';
import { makeHealth } from '@catalyst-plugins/react/testing';
import { usualHealth } from './health.ts';
import { healthyPlugins } from './plugins.ts';
import { ago } from './times.ts';

const failures: Readonly<Record<string, PluginDetail['lastFailure']>> = {
  search: {
    code: 'HOOK_FAILED',
    message: 'onLoad of plugin "search" failed: Cannot find module "./index-of-words.js".',
    hint: 'Read the cause; it is an error thrown by the plugin itself.',
    during: 'reload',
    at: ago(90),
  },
  accounts: {
    code: 'CONSENT_REQUIRED',
    message: 'Version 2.4.0 of plugin "accounts" asks for permissions that nobody has decided about.',
    hint: 'Grant them, or leave the present version running.',
    during: 'reload',
    at: ago(400),
  },
};

/** Plugins that run, though their latest reload has failed. */
export const worriedPlugins: readonly PluginDetail[] = healthyPlugins.map((plugin) => ({
  ...plugin,
  lastFailure: failures[plugin.name] ?? null,
}));

/** Two that run and are not well. */
export const worriedHealth: Readonly<Record<string, PluginHealthReport>> = {
  ...usualHealth,
  billing: makeHealth('billing', { status: 'unhealthy', message: 'api.payments.example does not answer' }),
};
