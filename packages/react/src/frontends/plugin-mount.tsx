import type { ReactElement } from 'react';
import { PluginBoundary, type PluginPlaceProps } from './plugin-boundary.tsx';
import type { PluginContribution } from './read-plugin-ui.ts';

export interface PluginMountProps extends PluginPlaceProps {
  /** What to show: one of `usePluginTabs`, `usePluginSlot` or `usePluginRoutes`. */
  readonly of: PluginContribution;
  /** What the view is given beside `plugin`. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
}

/** Shows one view of a plugin, with what goes wrong in it kept inside. Another release begins anew. */
export function PluginMount({ of, given, ...place }: PluginMountProps): ReactElement {
  const { key, plugin, component: View } = of;
  return (
    <PluginBoundary key={key} plugin={plugin} {...place}>
      <View {...given} plugin={plugin} />
    </PluginBoundary>
  );
}
