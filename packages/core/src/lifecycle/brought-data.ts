/** What becomes of the data of a plugin with a generation that is not live yet. */
export interface BroughtData {
  /** The version that the data is made for once the generation is live. */
  readonly version: string;
  /** To be called in the tick in which the generation goes live. */
  wentLive(): void;
  /** To be awaited when it ends: what was migrated for one that was never live is undone. */
  end(): Promise<void>;
}
