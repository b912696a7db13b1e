import { PluginProvider } from '@catalyst-plugins/react';
import { englishMessages, germanMessages, PluginAdmin } from '@catalyst-plugins/react/admin';
import type { MockClient } from '@catalyst-plugins/react/testing';
import { useState, type ReactElement } from 'react';
// parts are not exported: they are looked at as they are in the panel
import { AdminMessagesContext } from '../../../packages/react/src/admin/text/use-messages.ts';
import type { GalleryState } from './gallery-state.ts';
import { useViewOptions } from './use-view-options.ts';

const languages = { en: englishMessages, de: germanMessages } as const;

export interface StatePageProps {
  readonly state: GalleryState;
  readonly client: MockClient;
}

/** One state, as an application shows it. Links inside of the panel work, and leave the address alone. */
export function StatePage({ state, client }: StatePageProps): ReactElement {
  const { View } = state;
  const options = useViewOptions();
  const [path, go] = useState(state.path ?? '/');
  const messages = languages[options.language];
  return (
    <PluginProvider client={client}>
      {View ? (
        <AdminMessagesContext.Provider value={messages}>
          <div className="pk-root" data-pk-theme={options.theme} lang={messages.locale}>
            <View />
          </div>
        </AdminMessagesContext.Provider>
      ) : (
        <PluginAdmin path={path} onNavigate={go} basePath="#" messages={messages} theme={options.theme} />
      )}
    </PluginProvider>
  );
}
