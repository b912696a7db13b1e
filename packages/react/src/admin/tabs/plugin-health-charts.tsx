'use client';

import type { MetricPoint } from '@catalyst-plugins/core/protocol';
import { useState, type ReactElement } from 'react';
import { LineChart, type LineChartProps } from '../../charts/line-chart.tsx';
import { usePluginMetrics, type PluginMetricsView } from '../../use-plugin-metrics.ts';
import { useMessages } from '../text/use-messages.ts';
import { LoadState } from './load-state.tsx';
import { useFormats } from '../text/use-formats.ts';

/** What a plugin did over time: requests, failures, times to answer, its share of the event loop. */
export function PluginHealthCharts({
  name,
  windowMs,
}: {
  readonly name: string;
  readonly windowMs: number;
}): ReactElement {
  const { observation } = useMessages();
  const metrics = usePluginMetrics(name, { windowMs });
  const points = useLastReady(metrics);
  const { time, moment } = useFormats();
  const charts = useCharts(points);
  return (
    <LoadState {...metrics} hasData={points.length > 0}>
      {!metrics.isComplete && <p className="pk-text pk-muted">{observation.health.incomplete}</p>}
      <div className="pk-charts">
        {charts.map((chart) => (
          <LineChart
            key={chart.title}
            {...chart}
            times={points.map(({ at }) => at)}
            formatTime={windowMs > 3_600_000 ? moment : time}
            words={observation}
          />
        ))}
      </div>
    </LoadState>
  );
}

/** What is shown stays until there is what is wanted now, and with it whatever was opened or has the focus. */
function useLastReady({ points, status }: Pick<PluginMetricsView, 'points' | 'status'>): PluginMetricsView['points'] {
  const [kept, keep] = useState(points);
  if (status !== 'ready') return kept;
  if (kept !== points) keep(points);
  return points;
}

type Chart = Pick<LineChartProps, 'title' | 'summary' | 'series' | 'formatValue'>;

function useCharts(points: readonly MetricPoint[]): readonly Chart[] {
  const { observation } = useMessages();
  const words = observation.health;
  const { number, percent } = useFormats();
  const most = (value: (point: MetricPoint) => number): number => Math.max(0, ...points.map(value));
  const last = points.at(-1);
  const timed = points.findLast(({ p50Ms }) => p50Ms !== null);
  const series = (label: string, value: (point: MetricPoint) => number | null) => ({
    label,
    values: points.map(value),
  });
  const ms = (value: number | null | undefined): string => observation.ms(value ?? 0);
  return [
    {
      title: words.requests,
      summary: words.requestsSummary(
        number(last?.requestsPerSecond ?? 0),
        number(most((point) => point.requestsPerSecond)),
      ),
      series: [series(words.requests, (point) => point.requestsPerSecond)],
      formatValue: number,
    },
    {
      title: words.errors,
      summary: words.errorsSummary(points.reduce((sum, { errors }) => sum + errors, 0)),
      series: [series(words.errors, ({ errors }) => errors)],
      formatValue: number,
    },
    {
      title: words.latency,
      summary: timed ? words.latencySummary(ms(timed.p50Ms), ms(timed.p99Ms)) : words.noRequests,
      series: [
        series('p50', ({ p50Ms }) => p50Ms),
        series('p95', ({ p95Ms }) => p95Ms),
        series('p99', ({ p99Ms }) => p99Ms),
      ],
      formatValue: observation.ms,
    },
    {
      title: words.busy,
      summary: words.busySummary(percent(last?.busyShare ?? 0), percent(most(({ busyShare }) => busyShare))),
      series: [series(words.busy, ({ busyShare }) => busyShare)],
      formatValue: percent,
    },
  ];
}
