'use client';

import type { ReactElement } from 'react';
import { Activity } from './activity.tsx';
import { AdminNavigationContext, useAdminLocation, type AdminLocationProps } from './admin-navigation.ts';
import { readAddress, type AdminView } from './admin-routing.ts';
import { Announcer } from './announcer.tsx';
import { CommandsProvider } from './commands/commands-provider.tsx';
import { DependencyGraph } from './dependency-graph.tsx';
import { PluginDetailPage } from './detail/plugin-detail.tsx';
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
  const navigation = useAdminLocation({ ...location, titled });
  const { view } = readAddress(navigation.address);
  return (
    <div className={`pk-root ${className}`} data-pk-theme={theme} lang={messages.locale} data-pk-part="root">
      <AdminMessagesContext.Provider value={messages}>
        <AdminNavigationContext.Provider value={navigation}>
          <Announcer>
            <CommandsProvider>
              <View view={view} />
            </CommandsProvider>
          </Announcer>
        </AdminNavigationContext.Provider>
      </AdminMessagesContext.Provider>
    </div>
  );
}

function View({ view }: { readonly view: AdminView }): ReactElement {
  // another plugin is another page: nothing that was opened or chosen stays
  if (view.kind === 'plugin') return <PluginDetailPage key={view.name} name={view.name} tab={view.tab} />;
  if (view.kind === 'graph') return <DependencyGraph />;
  return view.kind === 'audit' ? <Activity /> : <PluginList />;
}
