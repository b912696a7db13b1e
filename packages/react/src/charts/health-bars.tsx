import type { ReactElement } from 'react';

/** One check of a plugin. */
export interface HealthBar {
  /** Another height for each, so that colour is not needed. */
  readonly outcome: 'passed' | 'warned' | 'failed';
  /** What it says on being pointed at, for example time and message. */
  readonly title?: string | undefined;
}

/** What bars of checks show. */
export interface HealthBarsProps {
  /** The oldest first. */
  readonly bars: readonly HealthBar[];
  /** What they say to those who do not see them, for example `60 checks: 58 passed, 2 failed`. */
  readonly label: string;
  /** How many there is room for; default 60. Missing ones are left empty at the beginning. */
  readonly size?: number | undefined;
  /** In pixels; default 20. */
  readonly height?: number | undefined;
  readonly className?: string | undefined;
}

const shares = { passed: 1, warned: 0.6, failed: 0.3 } as const;
const barWidth = 4;

/** The latest checks, a bar for each: high ones passed, lower ones warned, the lowest failed. */
export function HealthBars({ bars, label, size = 60, height = 20, className }: HealthBarsProps): ReactElement {
  const shown = bars.slice(-size);
  const first = size - shown.length;
  const width = size * barWidth;
  return (
    <svg
      role="img"
      aria-label={label}
      className={`pk-health-bars ${className ?? ''}`}
      data-pk-part="health-bars"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
    >
      <path d={`M0 ${height - 0.5}H${width - 1}`} stroke="currentColor" strokeOpacity={0.4} />
      {shown.map(({ outcome, title }, index) => {
        const barHeight = height * shares[outcome];
        return (
          <rect
            // bars have no names, and their places are what they are
            key={first + index}
            className="pk-health-bar"
            data-outcome={outcome}
            x={(first + index) * barWidth}
            y={height - barHeight}
            width={barWidth - 1}
            height={barHeight}
            fill="currentColor"
          >
            {title !== undefined && <title>{title}</title>}
          </rect>
        );
      })}
    </svg>
  );
}
