'use client';

import type { HealthCheck } from '@catalyst-plugins/core/protocol';
import type { ReactElement } from 'react';
import { HealthBars, type HealthBar } from '../../charts/health-bars.tsx';
import { usePluginHealthSummary } from '../../use-plugin-health-summary.ts';
import { useMessages } from '../text/use-messages.ts';
import { NoValue } from './no-value.tsx';

type Outcome = HealthCheck['outcome'];

const barCount = 12;
const checksOfBar = 5;

/** What the latest checks of a plugin came to, several in each bar: the worst of them shows. */
export function RowHealth({ name }: { readonly name: string }): ReactElement {
  const { list, observation } = useMessages();
  const { status, outcomes } = usePluginHealthSummary(name);
  if (status === undefined) return <NoValue text={list.notKnown} />;
  if (outcomes.length === 0) return <NoValue text={list.noChecks} />;
  const counts = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
  return (
    <HealthBars
      size={barCount}
      height={18}
      bars={barsOf(outcomes)}
      label={observation.health.bars(outcomes.length, counts('failed'), counts('warned'))}
    />
  );
}

/** The latest check is always in the last bar, which is full. */
function barsOf(outcomes: readonly Outcome[]): readonly HealthBar[] {
  const first = outcomes.length % checksOfBar;
  const parts = first === 0 ? [] : [outcomes.slice(0, first)];
  for (let at = first; at < outcomes.length; at += checksOfBar) parts.push(outcomes.slice(at, at + checksOfBar));
  return parts.map((part) => ({
    outcome: (['failed', 'warned'] as const).find((outcome) => part.includes(outcome)) ?? 'passed',
  }));
}
