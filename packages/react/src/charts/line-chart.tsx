'use client';

import { useId, type ReactElement } from 'react';
import { dashes, pathOf, scaleOf } from './chart-series.ts';
import { ChartTable, type ChartTableProps } from './chart-table.tsx';

/** What a chart of lines shows. */
export interface LineChartProps extends ChartTableProps {
  /** What one sees, in a sentence: for example `Requests a second: 3.2 now, 12 at most`. */
  readonly summary: string;
  readonly className?: string | undefined;
}

const width = 300;
const height = 80;

/** Lines over time, with a sentence that says the same, and a table of the numbers. */
export function LineChart(props: LineChartProps): ReactElement {
  const { title, summary, times, series, formatValue, formatTime, words, className } = props;
  const id = useId();
  const most = scaleOf(series);
  const [first, last] = [times[0], times.at(-1)];
  return (
    <figure className={`pk-chart ${className ?? ''}`} data-pk-part="chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <span id={`${id}-title`} className="pk-chart-title">
          {title}
        </span>
        <span className="pk-chart-summary">{summary}</span>
      </figcaption>
      <div className="pk-chart-plot">
        <span className="pk-chart-most">{formatValue(most)}</span>
        <svg
          aria-hidden="true"
          className="pk-chart-lines"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
        >
          <path
            d={`M0 0H${width}M0 ${height / 2}H${width}M0 ${height}H${width}`}
            className="pk-chart-grid"
            fill="none"
            stroke="currentColor"
            strokeOpacity={0.2}
            vectorEffect="non-scaling-stroke"
          />
          {series.map(({ label, values }, index) => (
            <path
              key={label}
              className="pk-chart-line"
              d={pathOf(values, most, width, height)}
              data-series={index}
              fill="none"
              stroke="currentColor"
              strokeWidth={1.5}
              strokeDasharray={dashes[index]}
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        {first !== undefined && last !== undefined && (
          <div className="pk-chart-times">
            <time dateTime={first}>{formatTime(first)}</time>
            <time dateTime={last}>{formatTime(last)}</time>
          </div>
        )}
      </div>
      {series.length > 1 && <Legend series={series} />}
      <ChartTable {...{ title, times, series, formatValue, formatTime, words }} />
    </figure>
  );
}

function Legend({ series }: Pick<LineChartProps, 'series'>): ReactElement {
  return (
    <ul className="pk-chart-legend">
      {series.map(({ label }, index) => (
        <li key={label} data-series={index}>
          <svg aria-hidden="true" width={28} height={8}>
            <path
              className="pk-chart-line"
              d="M0 4H28"
              stroke="currentColor"
              strokeWidth={1.5}
              strokeDasharray={dashes[index]}
            />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
