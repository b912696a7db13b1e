import type { PluginGraph, PluginGraphEdge, PluginPermissions, PluginSummary } from '@catalyst-plugins/react';

const need = (from: string, to: string, members: Partial<PluginGraphEdge> = {}): PluginGraphEdge => ({
  from,
  to,
  range: '^2.0.0',
  optional: false,
  problem: null,
  ...members,
});

const needs: readonly PluginGraphEdge[] = [
  need('billing', 'accounts'),
  need('billing', 'mailer', { range: '^1.0.0', optional: true }),
  need('mailer', 'accounts'),
  need('reports', 'ticketing', { range: '^3.0.0', problem: 'is 2.1.0' }),
  need('search', 'ticketing'),
  need('ticketing', 'accounts'),
  need('ticketing', 'mailer', { range: '^1.0.0', optional: true }),
  need('thumbnails', 'file-store', { range: '^1.0.0', optional: true, problem: 'is not there' }),
];

/** Who of these needs whom. */
export function graphOf(plugins: readonly PluginSummary[]): PluginGraph {
  const names = new Set(plugins.map(({ name }) => name));
  const edges = needs.filter(({ from }) => names.has(from));
  const absent = edges.filter(({ to }) => !names.has(to));
  return {
    nodes: [
      ...plugins.map(({ name, displayName, version, state, enabled }) => ({
        name,
        displayName,
        version,
        state,
        enabled,
      })),
      ...absent.map(({ to }) => ({ name: to, displayName: to, version: null, state: null, enabled: false })),
    ],
    edges,
    cycles: [],
  };
}

/** What ticketing asks for: one of each decision. */
export const ticketingPermissions: PluginPermissions = {
  permissions: [
    { permission: 'network:smtp', description: 'Sends answers by mail.', state: 'granted' },
    { permission: 'storage:files', description: 'Keeps what customers attach.', state: 'granted' },
    { permission: 'database:users', description: 'Reads names of users.', state: 'revoked' },
  ],
  pending: [{ permission: 'network:api.maps.example', description: 'Looks up addresses.', state: 'pending' }],
};
