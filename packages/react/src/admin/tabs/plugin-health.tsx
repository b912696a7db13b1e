'use client';

import type { PluginHealthReport } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { HealthBars } from '../../charts/health-bars.tsx';
import { usePluginHealth, type PluginHealthView } from '../../use-plugin-health.ts';
import { useAnnounce } from '../announcer.tsx';
import type { DetailTabProps } from '../detail/detail-tab.ts';
import { FactList } from '../detail/fact-list.tsx';
import { useErrorWords } from '../text/use-error-words.ts';
import { useMessages } from '../text/use-messages.ts';
import { Field } from './field.tsx';
import { HealthBadge } from './health-badge.tsx';
import { LoadState } from './load-state.tsx';
import { PluginHealthCharts } from './plugin-health-charts.tsx';
import { useFormats } from '../text/use-formats.ts';

const windows = { quarter: 15 * 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** How a plugin is, and what it did over time. */
export function PluginHealth({ plugin: { name } }: DetailTabProps): ReactElement {
  const { observation } = useMessages();
  const words = observation.health;
  const view = usePluginHealth(name);
  const [window, setWindow] = useState<keyof typeof windows>('quarter');
  return (
    <>
      <LoadState {...view} hasData={view.health !== undefined}>
        <Health view={view} />
      </LoadState>
      <div className="pk-toolbar">
        <Field label={words.window}>
          <select
            className="pk-input"
            value={window}
            onChange={({ target }) => setWindow(target.value as keyof typeof windows)}
          >
            {(Object.keys(windows) as (keyof typeof windows)[]).map((one) => (
              <option key={one} value={one}>
                {words.windows[one]}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <PluginHealthCharts name={name} windowMs={windows[window]} />
    </>
  );
}

function Health({ view }: { readonly view: PluginHealthView }): ReactElement | null {
  const { observation, detail } = useMessages();
  const words = observation.health;
  const announce = useAnnounce();
  const wordsOf = useErrorWords();
  const { moment, number } = useFormats();
  const { health, isChecking, check } = view;
  if (!health) return null;
  const { status, message, lastCheck, lastError, history, activeRequests } = health;
  const counts = (outcome: string): number => history.filter((one) => one.outcome === outcome).length;
  const look = async (): Promise<void> => {
    const result = await check();
    announce(result.ok ? words.checked(words.statuses[status]) : wordsOf(result.error).message);
  };
  return (
    <section className="pk-card" data-pk-part="health" aria-labelledby="pk-health-title">
      <h2 className="pk-heading" id="pk-health-title">
        {words.status} <HealthBadge status={status} />
      </h2>
      {message !== null && <p className="pk-text">{message}</p>}
      <HealthBars
        bars={history.toReversed().map((one) => ({
          outcome: one.outcome,
          title: `${moment(one.at)} ${words.statuses[one.status]} ${one.message ?? ''}`,
        }))}
        label={words.bars(history.length, counts('failed'), counts('warned'))}
      />
      <p className="pk-text pk-muted">{words.bars(history.length, counts('failed'), counts('warned'))}</p>
      <div className="pk-narrow">
        <FactList
          facts={[
            [
              words.lastCheck,
              lastCheck ? `${moment(lastCheck.at)}, ${observation.ms(lastCheck.ms)}` : observation.never,
            ],
            [detail.inFlight, number(activeRequests)],
            [words.lastError, lastError ? `${moment(lastError.at)} ${lastError.message}` : observation.none],
          ]}
        />
      </div>
      <NamedChecks health={health} />
      <div className="pk-actions">
        <button
          type="button"
          className="pk-button"
          aria-disabled={isChecking}
          onClick={() => void (isChecking || look())}
        >
          {words.check}
        </button>
      </div>
    </section>
  );
}

/** What the plugin itself named at its last check. */
function NamedChecks({ health: { lastCheck } }: { readonly health: PluginHealthReport }): ReactElement | null {
  const { observation } = useMessages();
  const checks = lastCheck?.checks ?? [];
  if (checks.length === 0) return null;
  return (
    <ul className="pk-names" aria-label={observation.health.checks}>
      {checks.map(({ name, status, ms, message }) => (
        <li key={name} className="pk-text">
          {name} <HealthBadge status={status} /> {ms !== null && observation.ms(ms)} {message}
        </li>
      ))}
    </ul>
  );
}
