/** How fast one client may send. */
export interface MessageRate {
  readonly perSecond: number;
  /** Messages that may come at once. */
  readonly burst: number;
}

/** Tells for each message of one client whether it came too fast (token bucket); `now` is in milliseconds. */
export function createRateLimit({ perSecond, burst }: MessageRate): (now: number) => boolean {
  let tokens = burst;
  let filledAt: number | undefined;
  return (now) => {
    if (filledAt !== undefined) tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}
