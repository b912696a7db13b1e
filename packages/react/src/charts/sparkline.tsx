import type { ReactElement } from 'react';
import { pathOf, scaleOf } from './chart-series.ts';

/** What a sparkline shows. */
export interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** What it says to those who do not see it, for example `Requests a second, 3 on average, 12 at most`. */
  readonly label: string;
  /** In pixels; default 80. */
  readonly width?: number | undefined;
  /** In pixels; default 20. */
  readonly height?: number | undefined;
  readonly className?: string | undefined;
}

/** A line as small as a word: how something went, without numbers. */
export function Sparkline({ values, label, width = 80, height = 20, className }: SparklineProps): ReactElement {
  const most = scaleOf([{ label, values }]);
  return (
    <svg
      role="img"
      aria-label={label}
      className={`pk-sparkline ${className ?? ''}`}
      data-pk-part="sparkline"
      width={width}
      height={height}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
    >
      <path
        d={pathOf(values, most, width, height)}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
