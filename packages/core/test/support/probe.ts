import { vi } from 'vitest';
import { guardsItself } from '../../src/index.ts';

/** What plugins under test get as `ctx.db`: they note what happens to them and wait until the test lets them go on. */
export interface Probe {
  readonly [guardsItself]: true;
  readonly notes: unknown[];
  note(...words: unknown[]): void;
  /** Resolves when the test calls `release` with the same name. */
  wait(name: string): Promise<void>;
  /** How many wait under a name. */
  waiting(name: string): number;
  /** Lets those go on that wait under a name: all of them, or the first few. */
  release(name: string, count?: number): void;
  /** Something that a plugin handed out. */
  kept: Record<string, unknown>;
}

export function createProbe(): Probe {
  const notes: unknown[] = [];
  const held = new Map<string, Array<() => void>>();
  return {
    [guardsItself]: true,
    notes,
    kept: {},
    note: (...words) => void notes.push(words.length === 1 ? words[0] : words),
    wait: (name) => new Promise((resolve) => void held.set(name, [...(held.get(name) ?? []), resolve])),
    waiting: (name) => held.get(name)?.length ?? 0,
    release(name, count = Infinity) {
      const waiting = held.get(name) ?? [];
      held.set(name, waiting.slice(count));
      for (const resolve of waiting.slice(0, count)) resolve();
    },
  };
}

/** Waits for a fact: asks again and again until the expectation holds. */
export function eventually<Result>(expectation: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(expectation, { timeout: 30_000, interval: 5 });
}

/** The rejection of a promise; resolving is a failure of the test. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<{ code?: string; message: string; hint?: string; issues?: unknown }> {
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as { code: string; message: string },
  );
}
