/** One line of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** One value for each point of time; `null` where there is none. */
  readonly values: readonly (number | null)[];
}

/** How lines differ without colour, in the order of the series: a pattern for `stroke-dasharray`. */
export const dashes: readonly string[] = ['none', '6 4', '2 3', '10 3 2 3'];

/** The largest value, rounded up to 1, 2 or 5 times a power of ten, so that the scale has a number one can read. */
export function scaleOf(series: readonly ChartSeries[]): number {
  const largest = Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return power * ([1, 2, 5, 10].find((step) => step * power >= largest) ?? 10);
}

/** The `d` of a path through values, 0 at the bottom; a value that is missing is a gap. */
export function pathOf(values: readonly (number | null)[], most: number, width: number, height: number): string {
  const step = width / Math.max(1, values.length - 1);
  let isDrawing = false;
  return values
    .map((value, index) => {
      const wasDrawing = isDrawing;
      isDrawing = value !== null;
      if (value === null) return '';
      const point = `${round(index * step)} ${round(height - (Math.min(value, most) / most) * height)}`;
      // a value between two gaps is a dot
      const isAlone = !wasDrawing && (values[index + 1] ?? null) === null;
      return `${wasDrawing ? 'L' : 'M'}${point}${isAlone ? 'h.01' : ''}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
