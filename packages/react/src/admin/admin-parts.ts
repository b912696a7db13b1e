import type { AdminView } from './admin-routing.ts';
import type { PluginDetailPageProps } from './detail/plugin-detail.tsx';
import { tabOf } from './detail/detail-tabs.ts';
import type { LoadPart } from './late/late-parts.ts';

/** The page of a plugin. */
export const loadDetail: LoadPart<PluginDetailPageProps> = async () =>
  (await import('./detail/plugin-detail.tsx')).PluginDetailPage;

/** The page about who needs whom. */
export const loadGraph: LoadPart<object> = async () => (await import('./dependency-graph.tsx')).DependencyGraph;

/** The page about what happened to all plugins. */
export const loadActivity: LoadPart<object> = async () => (await import('./activity.tsx')).Activity;

/** The code that a view needs beside what every view has. */
export function latePartsOf(view: AdminView): readonly (() => Promise<unknown>)[] {
  switch (view.kind) {
    case 'list':
      return [];
    case 'graph':
      return [loadGraph];
    case 'audit':
      return [loadActivity];
    case 'plugin':
      return [loadDetail, tabOf(view.tab).load];
  }
}
