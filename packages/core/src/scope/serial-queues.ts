/** For each key, runs work one piece after the other, in the order it came; a key that nothing waits for is forgotten. */
export class SerialQueues {
  readonly #tails = new Map<string, Promise<void>>();

  run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(work);
    const end = (): void => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const tail = result.then(end, end);
    this.#tails.set(key, tail);
    return result;
  }

  /** Whether something runs or waits for a key. */
  isBusy(key: string): boolean {
    return this.#tails.has(key);
  }

  /** Resolves when everything that came so far has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#tails.values());
  }
}
