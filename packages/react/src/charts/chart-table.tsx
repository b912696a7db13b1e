'use client';

import { useState, type ReactElement } from 'react';
import type { ChartSeries } from './chart-series.ts';

/** What a chart shows, in numbers. */
export interface ChartTableProps {
  readonly title: string;
  /** The moments of the values, the oldest first; ISO 8601. */
  readonly times: readonly string[];
  /** Four at most: they differ by their dashes. */
  readonly series: readonly ChartSeries[];
  /** How values are written, with their unit. */
  readonly formatValue: (value: number) => string;
  /** How moments are written. */
  readonly formatTime: (time: string) => string;
  /** The words of the chart. */
  readonly words: { readonly showTable: string; readonly time: string };
}

/** The numbers of a chart; they are on the page only while somebody wants to see them. */
export function ChartTable(props: ChartTableProps): ReactElement {
  const { title, times, series, formatValue, formatTime, words } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="pk-chart-data" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="pk-data-summary">{words.showTable}</summary>
      {isOpen && (
        <div className="pk-chart-scroll" role="region" aria-label={title} tabIndex={0}>
          <table className="pk-chart-table">
            <thead>
              <tr>
                <th scope="col" className="pk-chart-cell">
                  {words.time}
                </th>
                {series.map(({ label }) => (
                  <th key={label} scope="col" className="pk-chart-cell">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row" className="pk-chart-cell">
                    {formatTime(time)}
                  </th>
                  {series.map(({ label, values }) => (
                    <td key={label} className="pk-chart-cell">
                      {cellOf(values[index], formatValue)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function cellOf(value: number | null | undefined, formatValue: (value: number) => string): string {
  return value === null || value === undefined ? '–' : formatValue(value);
}
