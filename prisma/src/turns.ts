import { PluginError } from '@catalyst-plugins/core';

export interface TurnLimits {
  /** How many calls of one name run at the same time. */
  readonly atOnce: number;
  /** How many of one name may wait; further ones are refused. */
  readonly waiting: number;
  /** How long one may wait, in milliseconds. */
  readonly waitMs: number;
}

/** For each plugin, so that others find connections too. */
const callLimits: TurnLimits = { atOnce: 4, waiting: 1_000, waitMs: 30_000 };

/**
 * Lets a few calls under each name run at the same time, and the others wait for their turn: a plugin that asks for much
 * at once must not take all connections of the pool, for which calls wait a short time only.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(limits: TurnLimits = callLimits) {
    this.#limits = limits;
  }

  /** Throws `STORE_UNAVAILABLE` when too many wait, or the turn does not come in time. */
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
    const { atOnce, waiting: longest, waitMs } = this.#limits;
    if (running < atOnce) {
      this.#running.set(name, running + 1);
      return;
    }
    const waiting = this.#waiting.get(name) ?? [];
    if (waiting.length >= longest) throw crowded(name, `${longest} calls wait already`);
    this.#waiting.set(name, waiting);
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        const place = waiting.indexOf(turn);
        if (place !== -1) waiting.splice(place, 1);
        reject(crowded(name, `none of the ${atOnce} before it ended within ${waitMs} ms`));
      }, waitMs);
      timer.unref();
      waiting.push(turn);
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

function crowded(plugin: string, why: string): PluginError {
  const hint = 'Ask for less at once: a plugin has a few calls to the database at a time.';
  return new PluginError('STORE_UNAVAILABLE', `A call of plugin "${plugin}" to the database had no turn: ${why}.`, {
    plugin,
    hint,
  });
}
