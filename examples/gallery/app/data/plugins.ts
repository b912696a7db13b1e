import type { PluginDetail, Reason } from '@catalyst-plugins/react';
import { makePlugin } from '@catalyst-plugins/react/testing';
import { ago } from './times.ts';

const tooSlow: Reason = {
  code: 'HOOK_TIMEOUT',
  message: 'onEnable of plugin "thumbnails" did not end within 10 s.',
  hint: 'Move slow work out of the hook, or raise limits.onLoadMs, limits.onEnableMs or limits.onDisableMs in plugin.json.',
};
const unmet: Reason = {
  code: 'DEPENDENCY_UNMET',
  message: 'Plugin "reports" needs "ticketing" ^3.0.0, which is 2.1.0.',
  hint: 'Install or enable the plugin named, in a version that fits; this one then comes up by itself.',
};

const accounts = makePlugin('accounts', {
  version: '2.3.1',
  description: 'Who people are and what they may.',
  author: 'Acme',
  generation: 4,
});

export const ticketing = makePlugin('ticketing', {
  version: '2.1.0',
  description: 'Support tickets, comments and deadlines.',
  author: 'Acme',
  generation: 7,
  activeRequests: 3,
  canRollback: true,
  permissions: ['network:smtp', 'storage:files', 'database:users'],
  configRevision: 17,
  registrations: [
    { label: 'GET /tickets', phase: 'loaded', live: true },
    { label: 'POST /tickets', phase: 'loaded', live: true },
    { label: 'GET /tickets/:id', phase: 'loaded', live: true },
    { label: 'PATCH /tickets/:id', phase: 'loaded', live: true },
    { label: 'POST /tickets/:id/comments', phase: 'loaded', live: true },
    { label: 'GET /export', phase: 'enabled', live: false },
    { label: 'task sweep', phase: 'enabled', live: true },
    { label: 'task digest', phase: 'enabled', live: true },
    { label: 'event accounts:user-deleted', phase: 'enabled', live: true },
    { label: 'socket tickets', phase: 'enabled', live: true },
  ],
  releases: [
    { version: '2.1.0', digest: '9f2c41d07be6'.padEnd(64, '3'), liveAt: ago(3_120), current: true },
    { version: '2.0.4', digest: '51ab77e0c9d2'.padEnd(64, '8'), liveAt: ago(864_000), current: false },
    { version: '2.0.3', digest: 'c3009a18ef44'.padEnd(64, 'b'), liveAt: ago(1_987_200), current: false },
  ],
});

const mailer = makePlugin('mailer', {
  version: '1.0.3',
  description: 'Sends mail for other plugins.',
  author: 'Acme',
  generation: 2,
  permissions: ['network:smtp'],
});

/** As it is while it is being disabled. */
export const drainingMailer: PluginDetail = { ...mailer, state: 'draining', enabled: false, activeRequests: 3 };

export const reports = makePlugin('reports', {
  version: '1.4.0',
  description: 'Charts and tables over tickets.',
  author: 'Acme',
  state: 'blocked',
  reason: unmet,
  error: unmet.message,
  generation: null,
});

export const thumbnails = makePlugin('thumbnails', {
  version: '0.9.2',
  description: 'Small pictures of large ones.',
  author: 'Pixel Works',
  state: 'failed',
  reason: tooSlow,
  error: tooSlow.message,
  lastFailure: { ...tooSlow, during: 'enable', at: ago(190) },
  generation: null,
});

const billing = makePlugin('billing', {
  displayName: 'Billing',
  version: '4.0.0',
  description: 'Invoices, payments and reminders.',
  author: 'Coinworks',
  generation: 3,
  permissions: ['network:api.payments.example'],
});

export const search = makePlugin('search', {
  version: '3.2.0',
  description: 'Finds tickets, people and files.',
  author: 'Acme',
  generation: 12,
});

const backups = makePlugin('backups', {
  version: '1.1.0',
  description: 'Saves the data every night.',
  author: 'Acme',
  generation: 1,
});

export const themes = makePlugin('themes', {
  version: '1.0.0',
  description: 'Colours and logos of customers.',
  author: 'Pixel Works',
  state: 'disabled',
  enabled: false,
  generation: null,
});

/** A host on a usual day: most plugins run, some need somebody. */
export const usualPlugins: readonly PluginDetail[] = [
  accounts,
  backups,
  billing,
  drainingMailer,
  reports,
  search,
  themes,
  thumbnails,
  ticketing,
];

/** A host on a good day: everything runs that shall run. */
export const healthyPlugins: readonly PluginDetail[] = [accounts, backups, billing, mailer, search, themes, ticketing];
