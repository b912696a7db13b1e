import { DangerZone } from './danger-zone.tsx';
import type { DetailTab } from './detail-tab.ts';
import { PluginOverview } from './plugin-overview.tsx';
import { PluginAudit } from '../tabs/plugin-audit.tsx';
import { PluginHealth } from '../tabs/plugin-health.tsx';
import { PluginLogs } from '../tabs/plugin-logs.tsx';
import { PluginRuntime } from '../tabs/plugin-runtime.tsx';

/** The parts of every plugin's page, the first one first. */
export const detailTabs: readonly DetailTab[] = [
  { id: 'overview', title: ({ detail }) => detail.tabs.overview, Content: PluginOverview },
  { id: 'runtime', title: ({ detail }) => detail.tabs.runtime, Content: PluginRuntime },
  { id: 'logs', title: ({ detail }) => detail.tabs.logs, Content: PluginLogs },
  { id: 'health', title: ({ detail }) => detail.tabs.health, Content: PluginHealth },
  { id: 'audit', title: ({ detail }) => detail.tabs.audit, Content: PluginAudit },
  { id: 'danger', title: ({ detail }) => detail.tabs.danger, Content: DangerZone },
];
