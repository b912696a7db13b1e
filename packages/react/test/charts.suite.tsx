import { cleanup, fireEvent, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { HealthBars, LineChart, Sparkline } from '../src/charts/index.ts';

const times = ['2026-01-01T10:00:00.000Z', '2026-01-01T10:00:10.000Z', '2026-01-01T10:00:20.000Z'];

function Latency(): ReactElement {
  return (
    <LineChart
      title="Latency"
      summary="9 ms now, 40 ms at most"
      times={times}
      series={[
        { label: 'p50', values: [4, null, 9] },
        { label: 'p95', values: [8, null, 40] },
      ]}
      formatValue={(value) => `${value} ms`}
      formatTime={(time) => time.slice(11, 19)}
      words={{ showTable: 'Show as table', time: 'Time' }}
    />
  );
}

/** Registers the suite for the React that is loaded. */
export function describeCharts(reactVersion: string): void {
  afterEach(() => cleanup());

  describe(`charts on React ${reactVersion}`, () => {
    it('say in words what they show, and differ by dashes', () => {
      const { getByRole, getByText, container } = render(<Latency />);
      expect(getByRole('figure', { name: 'Latency' })).toBeDefined();
      expect(getByText('9 ms now, 40 ms at most')).toBeDefined();
      const lines = [...container.querySelectorAll('.pk-chart-lines [data-series]')];
      const dashes = lines.map((line) => line.getAttribute('stroke-dasharray'));
      expect(new Set(dashes).size).toBe(2);
      expect(getByText('50 ms')).toBeDefined();
    });

    it('have their numbers in a table, as soon as somebody opens it', () => {
      const { container } = render(<Latency />);
      expect(container.querySelector('table')).toBeNull();
      const details = container.querySelector('details');
      details?.setAttribute('open', '');
      if (details)
        fireEvent(details, new (details.ownerDocument.defaultView as unknown as typeof globalThis).Event('toggle'));
      const cells = [...container.querySelectorAll('tbody tr')].map((row) => row.textContent);
      expect(cells).toEqual(['10:00:004 ms8 ms', '10:00:10––', '10:00:209 ms40 ms']);
    });

    it('show small what has a name', () => {
      const { getByRole } = render(<Sparkline values={[1, 2, null]} label="Requests a second, 2 at most" />);
      expect(getByRole('img', { name: 'Requests a second, 2 at most' }).querySelector('path')).not.toBeNull();
    });

    it('show checks by height, the latest at the end', () => {
      const { getByRole } = render(
        <HealthBars
          label="3 checks: 1 passed, 1 warned, 1 failed"
          size={4}
          bars={[{ outcome: 'failed' }, { outcome: 'warned' }, { outcome: 'passed', title: '10:00 healthy' }]}
        />,
      );
      const bars = [...getByRole('img', { name: /^3 checks/ }).querySelectorAll('rect')];
      expect(bars.map((bar) => [bar.getAttribute('x'), bar.getAttribute('height')])).toEqual([
        ['4', '6'],
        ['8', '12'],
        ['12', '20'],
      ]);
      expect(bars.at(-1)?.textContent).toBe('10:00 healthy');
    });

    it('are drawn on a server too', () => {
      expect(renderToString(<Latency />)).toContain('pk-chart-lines');
    });
  });
}
