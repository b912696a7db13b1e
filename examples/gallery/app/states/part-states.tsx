import { useState, type ReactElement } from 'react';
import { HealthBars, LineChart, Sparkline } from '@catalyst-plugins/react/charts';
import { DrainProgress, ErrorNotice, HealthBadge, StateBadge, useMessages } from '@catalyst-plugins/react/admin';
// parts are not exported: they are looked at as they are in the panel
import { LatePart } from '../../../../packages/react/src/admin/late/late-part.tsx';
import { LateParts, LatePartsContext } from '../../../../packages/react/src/admin/late/late-parts.ts';
import { PartBoundary } from '../../../../packages/react/src/admin/late/part-boundary.tsx';
import { onePluginInEachState } from '../data/every-state.ts';
import { pointsOf } from '../data/figures.ts';
import { drainingMailer } from '../data/plugins.ts';
import type { GalleryState } from '../gallery-state.ts';
import { hookFailed, storeAway } from './refusals.ts';
import { usualHost } from './usual-host.ts';

const group = 'Parts';
const healthStates = ['healthy', 'degraded', 'unhealthy', 'transitioning', 'unknown'] as const;
const nothing = (): void => undefined;

function Badges(): ReactElement {
  return (
    <div className="pk-stack">
      <h1 className="pk-title">StateBadge</h1>
      <p className="pk-actions">
        {onePluginInEachState.map(({ state }) => (
          <StateBadge key={state} state={state} />
        ))}
      </p>
      <h2 className="pk-heading">HealthBadge</h2>
      <p className="pk-actions">
        {healthStates.map((status) => (
          <HealthBadge key={status} status={status} />
        ))}
      </p>
    </div>
  );
}

function Drain(): ReactElement {
  return (
    <div className="pk-stack">
      <h1 className="pk-title">DrainProgress</h1>
      <DrainProgress plugin={drainingMailer} />
    </div>
  );
}

function Notices(): ReactElement {
  const { errors } = useMessages();
  return (
    <div className="pk-stack">
      <h1 className="pk-title">ErrorNotice</h1>
      <ErrorNotice error={{ code: hookFailed.code, message: hookFailed.message }} alert={false} />
      <ErrorNotice error={storeAway} title={errors.loadTitle} alert={false} onDismiss={nothing}>
        <button type="button" className="pk-button">
          {errors.again}
        </button>
      </ErrorNotice>
    </div>
  );
}

function Charts(): ReactElement {
  const { observation } = useMessages();
  const points = pointsOf('ticketing');
  return (
    <div className="pk-stack">
      <h1 className="pk-title">Charts</h1>
      <p className="pk-text">
        Sparkline <Sparkline values={points.map((point) => point.requestsPerSecond)} label="1 … 20" />
      </p>
      <HealthBars
        label="3"
        bars={[{ outcome: 'passed' }, { outcome: 'warned' }, { outcome: 'failed' }, { outcome: 'passed' }]}
      />
      <LineChart
        title="LineChart"
        summary="p50, p95, p99"
        times={points.map(({ at }) => at)}
        series={[
          { label: 'p50', values: points.map(({ p50Ms }) => p50Ms) },
          { label: 'p95', values: points.map(({ p95Ms }) => p95Ms) },
          { label: 'p99', values: points.map(({ p99Ms }) => p99Ms) },
        ]}
        formatValue={observation.ms}
        formatTime={(at) => at.slice(11, 19)}
        words={observation}
      />
    </div>
  );
}

function Broken(): ReactElement {
  return (
    <div className="pk-stack">
      <h1 className="pk-title">PartBoundary</h1>
      <PartBoundary>
        <Throwing />
      </PartBoundary>
    </div>
  );
}

function Throwing(): ReactElement {
  throw new Error('Cannot read properties of undefined.');
}

async function loadNothing(): Promise<() => ReactElement> {
  throw new Error('Failed to fetch dynamically imported module.');
}

function Missing(): ReactElement {
  const [parts] = useState(() => new LateParts());
  return (
    <LatePartsContext.Provider value={parts}>
      <h1 className="pk-title">LatePart</h1>
      <LatePart load={loadNothing} given={{}} />
    </LatePartsContext.Provider>
  );
}

/** Parts of the panel by themselves. */
export const partStates: readonly GalleryState[] = [
  {
    id: 'part-badges',
    group,
    title: 'Badges',
    View: Badges,
    shows: '.pk-state',
    words: ['StateBadge', 'HealthBadge'],
  },
  {
    id: 'part-drain',
    group,
    title: 'Drain progress',
    View: Drain,
    data: usualHost,
    shows: '[data-pk-part=drain]',
    words: ['DrainProgress'],
  },
  {
    id: 'part-notices',
    group,
    title: 'Error notices',
    View: Notices,
    shows: '[data-pk-part=error]',
    words: ['ErrorNotice', ...[hookFailed, storeAway].flatMap(({ code, message, hint }) => [code, message, hint])],
  },
  {
    id: 'part-charts',
    group,
    title: 'Charts',
    View: Charts,
    shows: '[data-pk-part=chart]',
    words: ['Charts', 'Sparkline', 'LineChart', 'p50', 'p95', 'p99', 'p50, p95, p99'],
  },
  {
    id: 'part-broken',
    group,
    title: 'A view of the panel that failed',
    View: Broken,
    shows: '[data-pk-part=missing-part]',
    words: ['PartBoundary', 'PART_FAILED', 'Cannot read properties of undefined.'],
    // React tells of what a boundary has caught
    tells: /Cannot read properties|The above error occurred/,
  },
  {
    id: 'part-missing',
    group,
    title: 'A view whose code did not come',
    View: Missing,
    shows: '[data-pk-part=missing-part]',
    words: ['LatePart', 'PART_NOT_LOADED', 'Failed to fetch dynamically imported module.'],
  },
];
