export { HealthBars, type HealthBar, type HealthBarsProps } from './health-bars.tsx';
export { LineChart, type LineChartProps } from './line-chart.tsx';
export { Sparkline, type SparklineProps } from './sparkline.tsx';
export type { ChartSeries } from './chart-series.ts';
