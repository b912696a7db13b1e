import { DangerZone } from './danger-zone.tsx';
import type { DetailTab } from './detail-tab.ts';
import { PluginOverview } from './plugin-overview.tsx';

/** The parts of every plugin's page, the first one first. */
export const detailTabs: readonly DetailTab[] = [
  { id: 'overview', title: ({ detail }) => detail.tabs.overview, Content: PluginOverview },
  { id: 'danger', title: ({ detail }) => detail.tabs.danger, Content: DangerZone },
];
