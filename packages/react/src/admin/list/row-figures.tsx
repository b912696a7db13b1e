'use client';

import type { ReactElement } from 'react';
import { Sparkline } from '../../charts/sparkline.tsx';
import { usePluginFigures } from '../../use-plugin-figures.ts';
import { useFormats } from '../text/use-formats.ts';
import { useMessages } from '../text/use-messages.ts';
import { NoValue } from './no-value.tsx';

/** What a plugin answers right now: requests a second, and how long 95 of 100 took at most in the last minute. */
export function RowFigures({ name }: { readonly name: string }): ReactElement {
  const { list, observation } = useMessages();
  const { number } = useFormats();
  const { lastMinute, requestsPerSecond } = usePluginFigures(name);
  if (lastMinute === undefined) return <NoValue text={list.notKnown} />;
  if (lastMinute === null || lastMinute.p95Ms === null) return <NoValue text={list.noFigures} />;
  const { requests, requestsSummary } = observation.health;
  const rate = number(lastMinute.requestsPerSecond);
  return (
    <span className="pk-figures" data-pk-part="figures">
      <Sparkline
        className="pk-row-sparkline"
        width={60}
        height={18}
        values={requestsPerSecond}
        label={`${requests}: ${requestsSummary(number(requestsPerSecond.at(-1) ?? 0), number(Math.max(0, ...requestsPerSecond)))}`}
      />
      <span>{list.perSecond(rate)}</span>
      <span>{list.within(observation.ms(lastMinute.p95Ms))}</span>
    </span>
  );
}
