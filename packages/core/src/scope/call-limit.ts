/** How long somebody waits for a call, and what else there is to it. */
export interface CallLimit {
  readonly timeoutMs: number;
  /** Whether a generation that ends does not wait for it. */
  readonly yields?: boolean;
  /** Hears that the time is over and the code still runs. */
  readonly onLate?: () => void;
  /** Hears that such code has come to its end, late or not. */
  readonly onSettled?: () => void;
}
