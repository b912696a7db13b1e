import { describe, expect, it } from 'vitest';
import { pathOf, scaleOf } from './chart-series.ts';

describe('the scale of a chart', () => {
  it.each([
    [[0, null], 1],
    [[0.3], 0.5],
    [[7, 12], 20],
    [[100], 100],
    [[5001], 10_000],
  ])('of %j ends at %d', (values, most) => {
    expect(scaleOf([{ label: 'any', values }])).toBeCloseTo(most);
  });
});

describe('the line of a chart', () => {
  it('goes from left to right, with 0 at the bottom', () => {
    expect(pathOf([0, 5, 10], 10, 100, 20)).toBe('M0 20L50 10L100 0');
  });

  it('has a gap where a value is missing, and a dot where one stands alone', () => {
    expect(pathOf([1, 1, null, 1, null, 1, 1], 1, 60, 10)).toBe('M0 0L10 0M30 0h.01M50 0L60 0');
  });

  it('does not leave the plot', () => {
    expect(pathOf([20], 10, 100, 20)).toBe('M0 0h.01');
  });
});
