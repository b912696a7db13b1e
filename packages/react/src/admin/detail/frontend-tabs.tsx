'use client';

import { useMemo } from 'react';
import { PluginMount } from '../../frontends/plugin-mount.tsx';
import { usePluginTabs } from '../../frontends/use-contributions.ts';
import type { FrontendTab } from './detail-tab.ts';
import { FrontendProblemNotice } from './frontend-notice.tsx';

/** The tabs that a plugin adds to its own page; their addresses cannot be those of the panel's own. */
export function useFrontendTabs(plugin: string): readonly FrontendTab[] {
  const added = usePluginTabs('plugin', plugin);
  return useMemo(
    () =>
      added.map((tab) => ({
        id: `x-${tab.id}`,
        title: () => tab.label,
        Content: () => <PluginMount of={tab} problem={(problem) => <FrontendProblemNotice {...problem} />} />,
      })),
    [added],
  );
}
