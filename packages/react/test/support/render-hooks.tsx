import { render } from '@testing-library/react';
import { StrictMode, useState, type ReactElement, type ReactNode } from 'react';
import { createPluginClient, PluginProvider } from '../../src/index.ts';

/** A page with nothing but hooks on it. */
export interface HookPage<Result> {
  /** What the hooks gave at the latest render. */
  current(): Result;
  renders(): number;
  renderAgain(): void;
  unmount(): void;
}

export interface HookPageOptions {
  readonly fetch?: typeof globalThis.fetch;
  readonly live?: boolean;
  /** What the hooks are in, below the provider. */
  readonly around?: (children: ReactElement) => ReactElement;
}

/** Renders hooks under StrictMode, in a provider for the server. */
export function renderHooks<Result>(
  server: { readonly baseUrl: string },
  useHooks: () => Result,
  { fetch, live, around = (children) => children }: HookPageOptions = {},
): HookPage<Result> {
  const results: Result[] = [];
  let renderAgain = (): void => undefined;
  const Probe = (): ReactNode => {
    const [, setCount] = useState(0);
    renderAgain = () => setCount((count) => count + 1);
    results.push(useHooks());
    return null;
  };
  const client = createPluginClient({ baseUrl: server.baseUrl, fetch });
  const tree = (): ReactElement => (
    <StrictMode>
      <PluginProvider client={client} live={live}>
        {around(<Probe />)}
      </PluginProvider>
    </StrictMode>
  );
  const { unmount, rerender } = render(tree());
  return {
    current: () => results.at(-1) as Result,
    renders: () => results.length,
    renderAgain: () => {
      renderAgain();
      rerender(tree());
    },
    unmount,
  };
}
