import { PluginProvider } from '@catalyst-plugins/react';
import { englishMessages, germanMessages, PluginAdmin } from '@catalyst-plugins/react/admin';
import { useState, type ReactElement } from 'react';
import type { Place } from './place.ts';
import { SignInGate } from './sign-in-gate.tsx';
import { forgetToken, keepToken, keptToken } from './token.ts';

const languages = [englishMessages, germanMessages];

/** The whole page: the panel, behind a sign-in where the server asks for one. */
export function PanelApp({ place }: { readonly place: Place }): ReactElement {
  const [token, setToken] = useState(keptToken);
  const messages = languages.find(({ locale }) => navigator.language.startsWith(locale)) ?? englishMessages;
  const headers = (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });
  return (
    // another user is another provider: nothing of what the last one saw stays
    <PluginProvider key={token ?? ''} baseUrl={place.api} headers={headers}>
      <SignInGate
        hasToken={token !== undefined}
        language={messages.locale}
        onToken={(given) => {
          if (given === undefined) forgetToken();
          else keepToken(given);
          setToken(given);
        }}
      >
        <PluginAdmin router="history" basePath={place.path} messages={messages} titled />
      </SignInGate>
    </PluginProvider>
  );
}
