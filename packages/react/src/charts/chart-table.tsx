'use client';

import { useState, type ReactElement } from 'react';
import type { LineChartProps } from './line-chart.tsx';

type ChartTableProps = Omit<LineChartProps, 'summary' | 'className'>;

/** The numbers of a chart; they are on the page only while somebody wants to see them. */
export function ChartTable(props: ChartTableProps): ReactElement {
  const { title, times, series, formatValue, formatTime, words } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="pk-chart-data" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{words.showTable}</summary>
      {isOpen && (
        <div className="pk-chart-scroll" role="region" aria-label={title} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.time}</th>
                {series.map(({ label }) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, index) => (
                <tr key={time}>
                  <th scope="row">{formatTime(time)}</th>
                  {series.map(({ label, values }) => (
                    <td key={label}>{cellOf(values[index], formatValue)}</td>
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
