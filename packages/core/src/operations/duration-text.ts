/** A time as people at a console write it: `2h15m30s`, `1m0s`, `1.5s`, `250ms`, `0s`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1_000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${(ms - (hours * 60 + minutes) * 60_000) / 1_000}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
