/**
 * Lets a few calls under each name run at the same time, and the others wait for their turn: a plugin that asks for much
 * at once must not take all connections of the pool, for which calls wait a short time only.
 */
export class Turns {
  readonly #atOnce: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async run<T>(name: string, call: () => Promise<T>): Promise<T> {
    await this.#take(name);
    try {
      return await call();
    } finally {
      this.#giveBack(name);
    }
  }

  async #take(name: string): Promise<void> {
    const running = this.#running.get(name) ?? 0;
    if (running < this.#atOnce) {
      this.#running.set(name, running + 1);
      return;
    }
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
  }

  #giveBack(name: string): void {
    const next = this.#waiting.get(name)?.shift();
    if (next !== undefined) return next();
    this.#waiting.delete(name);
    const running = (this.#running.get(name) ?? 1) - 1;
    if (running === 0) this.#running.delete(name);
    else this.#running.set(name, running);
  }
}
