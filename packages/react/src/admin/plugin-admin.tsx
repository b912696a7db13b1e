'use client';

import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { AdminNavigationContext, useAdminLocation, type AdminLocationProps } from './admin-navigation.ts';
import { latePartsOf, loadActivity, loadDetail, loadGraph } from './admin-parts.ts';
import { readAddress, type AdminView } from './admin-routing.ts';
import { AdminRoot, type AdminRootProps } from './admin-root.tsx';
import { LatePart } from './late/late-part.tsx';
import { LateParts, LatePartsContext } from './late/late-parts.ts';
import { PartBoundary } from './late/part-boundary.tsx';
import { PluginList } from './list/plugin-list.tsx';
import { RightsNotice } from './parts/rights-notice.tsx';

/** How the panel fits into an application. */
export interface PluginAdminProps extends AdminLocationProps, Omit<AdminRootProps, 'children'> {
  /** Whether the title of the browser's page follows the panel; default `false`. */
  readonly titled?: boolean | undefined;
}

/** The admin panel: all plugins of the nearest `PluginProvider`, and everything about each of them. */
export function PluginAdmin({
  messages,
  theme,
  titled = false,
  className,
  ...location
}: PluginAdminProps): ReactElement {
  const [parts] = useState(() => new LateParts());
  const prepare = useCallback((address: string) => parts.prepare(latePartsOf(readAddress(address).view)), [parts]);
  const navigation = useAdminLocation({ ...location, titled, prepare });
  const { address } = navigation;
  const { view } = readAddress(address);
  // a page and what is inside of it come side by side
  useEffect(() => prepare(address), [prepare, address]);
  return (
    <AdminNavigationContext.Provider value={navigation}>
      <LatePartsContext.Provider value={parts}>
        <AdminRoot messages={messages} theme={theme} className={className}>
          <RightsNotice />
          <View view={view} />
        </AdminRoot>
      </LatePartsContext.Provider>
    </AdminNavigationContext.Provider>
  );
}

function View({ view }: { readonly view: AdminView }): ReactElement {
  // another plugin is another page: nothing that was opened or chosen stays
  if (view.kind === 'plugin')
    return <LatePart key={view.name} load={loadDetail} given={{ name: view.name, tab: view.tab }} />;
  if (view.kind === 'graph') return <LatePart key="graph" load={loadGraph} given={{}} />;
  if (view.kind === 'audit') return <LatePart key="audit" load={loadActivity} given={{}} />;
  return (
    <PartBoundary key="list">
      <PluginList />
    </PartBoundary>
  );
}
