'use client';

import type { PluginRegistration } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { usePluginFigures } from '../../use-plugin-figures.ts';
import { usePlugin } from '../../use-plugin.ts';
import type { DetailTabProps } from '../detail/detail-tab.ts';
import { useMessages } from '../text/use-messages.ts';
import { LoadState } from './load-state.tsx';
import { PluginRuntimeTasks } from './plugin-runtime-tasks.tsx';
import { useFormats } from '../text/use-formats.ts';

const routePattern = /^([A-Z]+) (\/.*)$/;

/** What a plugin has registered: its routes, its tasks, and everything else. */
export function PluginRuntime({ plugin: { name } }: DetailTabProps): ReactElement {
  const { details, status, error, refresh } = usePlugin(name, { details: true });
  const registrations = details?.registrations ?? [];
  const others = registrations.filter(({ label }) => !routePattern.test(label) && !label.startsWith('task '));
  return (
    <>
      <LoadState status={status} error={error} hasData={details !== undefined} refresh={refresh}>
        <Routes name={name} registrations={registrations} />
      </LoadState>
      <PluginRuntimeTasks name={name} />
      {others.length > 0 && <Others registrations={others} />}
    </>
  );
}

interface RoutesProps {
  readonly name: string;
  readonly registrations: readonly PluginRegistration[];
}

function Routes({ name, registrations }: RoutesProps): ReactElement {
  const { observation, detail } = useMessages();
  const words = observation.runtime;
  const { lastMinute } = usePluginFigures(name);
  const { number } = useFormats();
  const routes = registrations.flatMap(({ label, live }) => {
    const [, method, path] = routePattern.exec(label) ?? [];
    return method === undefined || path === undefined ? [] : [{ label, method, path, live }];
  });
  return (
    <section className="pk-card" data-pk-part="routes">
      <h2 className="pk-heading">
        {words.routes} <span className="pk-count">{routes.length}</span>
      </h2>
      {lastMinute?.p95Ms !== null && lastMinute?.p95Ms !== undefined && (
        <p className="pk-text pk-muted">
          {words.lastMinute(number(lastMinute.requestsPerSecond), observation.ms(lastMinute.p95Ms))}
        </p>
      )}
      {routes.length === 0 && <p className="pk-text pk-muted">{words.noRoutes}</p>}
      {routes.length > 0 && (
        <div className="pk-scroll" role="region" aria-label={words.routes} tabIndex={0}>
          <table className="pk-data-table">
            <thead className="pk-data-head">
              <tr>
                <th scope="col" className="pk-data-cell">
                  {words.method}
                </th>
                <th scope="col" className="pk-data-cell">
                  {words.path}
                </th>
              </tr>
            </thead>
            <tbody>
              {routes.map(({ label, method, path, live }) => (
                <tr key={label} className="pk-data-row">
                  <td className="pk-data-cell">{method}</td>
                  <td className="pk-data-cell">
                    <code className="pk-code">{path}</code>{' '}
                    {!live && <span className="pk-muted">{detail.notLive}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Others({ registrations }: Pick<RoutesProps, 'registrations'>): ReactElement {
  const { observation, detail } = useMessages();
  return (
    <section className="pk-card">
      <h2 className="pk-heading">
        {observation.runtime.others} <span className="pk-count">{registrations.length}</span>
      </h2>
      <ul className="pk-names">
        {registrations.map(({ label, live }, index) => (
          // two registrations may have the same label
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${label} ${index}`} className="pk-text">
            <code className="pk-code">{label}</code> {!live && <span className="pk-muted">{detail.notLive}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
