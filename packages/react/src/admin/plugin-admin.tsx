'use client';

import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { AdminNavigationContext, useAdminLocation, type AdminLocationProps } from './admin-navigation.ts';
import { latePartsOf, loadActivity, loadDetail, loadGraph } from './admin-parts.ts';
import { readAddress, type AdminView } from './admin-routing.ts';
import { Announcer } from './announcer.tsx';
import { CommandsProvider } from './commands/commands-provider.tsx';
import { LatePart } from './late/late-part.tsx';
import { LateParts, LatePartsContext } from './late/late-parts.ts';
import { PluginList } from './list/plugin-list.tsx';
import type { AdminMessages } from './text/admin-messages.ts';
import { englishMessages } from './text/english-messages.ts';
import { AdminMessagesContext } from './text/use-messages.ts';

/** How the panel fits into an application. */
export interface PluginAdminProps extends AdminLocationProps {
  /** The language of the panel; default: English. */
  readonly messages?: AdminMessages | undefined;
  /** `light` or `dark` whatever the browser prefers; default: as the page around it. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** Whether the title of the browser's page follows the panel; default `false`. */
  readonly titled?: boolean | undefined;
  /** Further classes of the root element. */
  readonly className?: string | undefined;
}

/** The admin panel: all plugins of the nearest `PluginProvider`, and everything about each of them. */
export function PluginAdmin({
  messages = englishMessages,
  theme,
  titled = false,
  className = '',
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
    <div className={`pk-root ${className}`} data-pk-theme={theme} lang={messages.locale} data-pk-part="root">
      <AdminMessagesContext.Provider value={messages}>
        <AdminNavigationContext.Provider value={navigation}>
          <LatePartsContext.Provider value={parts}>
            <Announcer>
              <CommandsProvider>
                <View view={view} />
              </CommandsProvider>
            </Announcer>
          </LatePartsContext.Provider>
        </AdminNavigationContext.Provider>
      </AdminMessagesContext.Provider>
    </div>
  );
}

function View({ view }: { readonly view: AdminView }): ReactElement {
  // another plugin is another page: nothing that was opened or chosen stays
  if (view.kind === 'plugin')
    return <LatePart key={view.name} load={loadDetail} given={{ name: view.name, tab: view.tab }} />;
  if (view.kind === 'graph') return <LatePart key="graph" load={loadGraph} given={{}} />;
  return view.kind === 'audit' ? <LatePart key="audit" load={loadActivity} given={{}} /> : <PluginList />;
}
