import type { OwnTab } from './detail-tab.ts';

const overview: OwnTab = {
  id: 'overview',
  title: ({ detail }) => detail.tabs.overview,
  load: async () => (await import('./plugin-overview.tsx')).PluginOverview,
};

/** The parts of every plugin's page, the first one first. */
export const detailTabs: readonly OwnTab[] = [
  overview,
  {
    id: 'config',
    title: ({ detail }) => detail.tabs.config,
    load: async () => (await import('../config/plugin-config.tsx')).PluginConfig,
  },
  {
    id: 'runtime',
    title: ({ detail }) => detail.tabs.runtime,
    load: async () => (await import('../tabs/plugin-runtime.tsx')).PluginRuntime,
  },
  {
    id: 'logs',
    title: ({ detail }) => detail.tabs.logs,
    load: async () => (await import('../tabs/plugin-logs.tsx')).PluginLogs,
  },
  {
    id: 'health',
    title: ({ detail }) => detail.tabs.health,
    load: async () => (await import('../tabs/plugin-health.tsx')).PluginHealth,
  },
  {
    id: 'audit',
    title: ({ detail }) => detail.tabs.audit,
    load: async () => (await import('../tabs/plugin-audit.tsx')).PluginAudit,
  },
  {
    id: 'danger',
    title: ({ detail }) => detail.tabs.danger,
    load: async () => (await import('./danger-zone.tsx')).DangerZone,
  },
];

/** The tab of an id; the first one when that is absent or unknown. */
export function tabOf(id: string | undefined): OwnTab {
  return detailTabs.find((tab) => tab.id === id) ?? overview;
}
