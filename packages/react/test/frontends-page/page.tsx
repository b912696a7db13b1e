import {
  PluginBoundary,
  PluginMount,
  PluginOutlet,
  PluginProvider,
  PluginSlot,
  sharePluginRuntime,
  usePluginFrontends,
  usePluginRoutes,
  usePluginTabs,
} from '@catalyst-plugins/react';
import { StrictMode, useState, useSyncExternalStore, type ReactElement } from 'react';
import * as client from 'react-dom/client';

/** What the test says of the page that it wants. */
interface Wanted {
  readonly token?: string;
  /** Whether the page shares `react-dom/client` too. */
  readonly sharesClient?: boolean;
}

const { token, sharesClient = false } = JSON.parse(document.documentElement.dataset['wanted'] ?? '{}') as Wanted;

if (sharesClient) sharePluginRuntime({ 'react-dom/client': client });

function onHash(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function HostState(): ReactElement {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>host {count}</button>;
}

function Tabs(): ReactElement {
  const tabs = usePluginTabs();
  const [chosen, choose] = useState<string>();
  const tab = tabs.find(({ plugin, id }) => `${plugin}/${id}` === chosen);
  return (
    <section aria-label="Tabs">
      {tabs.map(({ key, plugin, id, label }) => (
        <button key={key} role="tab" onClick={() => choose(`${plugin}/${id}`)}>
          {label}
        </button>
      ))}
      {tab && <PluginMount of={tab} pending={<p>pending</p>} />}
    </section>
  );
}

function Pages(): ReactElement {
  const path = useSyncExternalStore(onHash, () => location.hash.slice(1));
  const routes = usePluginRoutes();
  return (
    <section aria-label="Pages">
      <nav>
        {routes
          .filter(({ label }) => label !== '')
          .map(({ key, place, label }) => (
            <a key={key} href={`#${place}`}>
              {label}
            </a>
          ))}
      </nav>
      <PluginOutlet path={path}>
        <p>no page</p>
      </PluginOutlet>
    </section>
  );
}

function Frontends(): ReactElement {
  const { frontends, status, error, turnOn } = usePluginFrontends();
  return (
    <section aria-label="Frontends">
      <p>
        list {status} {error?.code}
      </p>
      <ul>
        {[...frontends.values()].map(({ plugin, version, status: one }) => (
          <li key={plugin}>
            {plugin} {version} {one} {one === 'off' && <button onClick={() => turnOn(plugin)}>Turn on</button>}
            {one === 'failed' && <PluginBoundary plugin={plugin} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Places(): ReactElement {
  const [isShown, show] = useState(true);
  return (
    <>
      <button onClick={() => show(!isShown)}>{isShown ? 'hide plugins' : 'show plugins'}</button>
      {isShown && (
        <>
          <section aria-label="Header">
            <PluginSlot name="header" given={{ user: 'Ada' }}>
              <p>nothing in the header</p>
            </PluginSlot>
          </section>
          <section aria-label="Dashboard">
            <PluginSlot
              name="dashboard"
              frame={({ label }, view) => (
                <article>
                  <h2>{label}</h2>
                  {view}
                </article>
              )}
            />
          </section>
          <Tabs />
          <Pages />
          <Frontends />
        </>
      )}
    </>
  );
}

const root = document.createElement('main');
document.body.append(root);
client.createRoot(root).render(
  <StrictMode>
    <PluginProvider headers={() => (token === undefined ? {} : { authorization: token })}>
      <HostState />
      <Places />
    </PluginProvider>
  </StrictMode>,
);
