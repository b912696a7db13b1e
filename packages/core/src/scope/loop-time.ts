/**
 * Adds up how long plugin code holds the event loop until it first waits. One for each host: what plugin code calls of
 * other plugins meanwhile is theirs, and counts once.
 */
export class LoopTime {
  /** Milliseconds within the call that runs now that were counted for calls inside it. */
  #inner = 0;

  /** To be called before the code runs; the result goes to `end`. */
  begin(): number {
    const outer = this.#inner;
    this.#inner = 0;
    return outer;
  }

  /** To be called when the code has returned or thrown after `ms`; says how much of that is its own. */
  end(outer: number, ms: number): number {
    const own = ms - this.#inner;
    this.#inner = outer + ms;
    return own;
  }
}
