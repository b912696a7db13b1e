'use client';

import type { ReactElement } from 'react';
import { Sparkline } from '../../charts/sparkline.tsx';
import { usePluginFigures } from '../../use-plugin-figures.ts';
import { useFormats } from '../tabs/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import { NoValue } from './no-value.tsx';

/** What a plugin answers right now: requests a second, and how long 95 of 100 took at most in the last minute. */
export function RowFigures({ name }: { readonly name: string }): ReactElement {
  const { list } = useMessages();
  const { lastMinute, requestsPerSecond } = usePluginFigures(name);
  if (!lastMinute || lastMinute.p95Ms === null) return <NoValue text={list.noFigures} />;
  return (
    <Figures average={lastMinute.requestsPerSecond} p95Ms={lastMinute.p95Ms} requestsPerSecond={requestsPerSecond} />
  );
}

interface FiguresProps {
  /** Of the last minute. */
  readonly average: number;
  readonly p95Ms: number;
  /** The oldest first. */
  readonly requestsPerSecond: readonly number[];
}

function Figures({ average, p95Ms, requestsPerSecond }: FiguresProps): ReactElement {
  const { list, observation } = useMessages();
  const { requests, requestsSummary } = observation.health;
  const { number } = useFormats();
  const now = number(requestsPerSecond.at(-1) ?? 0);
  const most = number(Math.max(0, ...requestsPerSecond));
  return (
    <span className="pk-figures" data-pk-part="figures">
      <Sparkline
        className="pk-row-sparkline"
        width={60}
        height={18}
        values={requestsPerSecond}
        label={`${requests}: ${requestsSummary(now, most)}`}
      />
      <span>{list.perSecond(number(average))}</span>
      <span>{list.within(observation.ms(p95Ms))}</span>
    </span>
  );
}
