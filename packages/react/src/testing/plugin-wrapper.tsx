import type { ReactElement, ReactNode } from 'react';
import type { PluginClient } from '../client/plugin-client.ts';
import { PluginProvider } from '../plugin-provider.tsx';
import { createMockClient } from './mock-client.ts';

/** Makes the component that tests put around what they render: `render(<Page />, { wrapper: pluginWrapper(client) })`. */
export function pluginWrapper(
  client: PluginClient = createMockClient(),
): (props: { readonly children?: ReactNode }) => ReactElement {
  return function PluginWrapper({ children }) {
    return <PluginProvider client={client}>{children}</PluginProvider>;
  };
}
