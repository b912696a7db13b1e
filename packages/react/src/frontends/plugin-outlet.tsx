'use client';

import type { ReactElement, ReactNode } from 'react';
import { matchPath, precision } from './match-path.ts';
import type { PluginPlaceProps } from './plugin-boundary.tsx';
import { PluginMount } from './plugin-mount.tsx';
import { usePluginRoutes } from './use-contributions.ts';

export interface PluginOutletProps extends PluginPlaceProps {
  /** What the router of the application leaves to plugins: `/<plugin>/…`. */
  readonly path: string;
  /** What the page is given beside `plugin` and `params`. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
  /** Shown where no plugin has that page, or has not loaded it yet. */
  readonly children?: ReactNode;
}

/** Shows the page of a plugin that a path leads to. */
export function PluginOutlet({ path, given, children, ...place }: PluginOutletProps): ReactElement {
  const routes = usePluginRoutes();
  const [found] = routes
    .flatMap((route) => {
      const params = matchPath(route.place, path);
      return params ? [{ route, params }] : [];
    })
    .toSorted((a, b) => (precision(a.route.place) < precision(b.route.place) ? 1 : -1));
  if (!found) return <>{children}</>;
  return <PluginMount of={found.route} given={{ ...given, params: found.params }} {...place} />;
}
