import type { OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';

/** Options of functions of Node that end by a signal. */
export interface SignalOptions {
  readonly signal?: AbortSignal;
}

/** Makes options whose signal ends with the generation too, and as before with the signal that the plugin gave. */
export function endingWith<Options extends SignalOptions>(options: Options | undefined) {
  const controller = new AbortController();
  const given: unknown = options?.signal;
  let ended = false;
  const forward = (): void => controller.abort(Reflect.get(given as AbortSignal, 'reason'));
  const isSignal = given instanceof AbortSignal;
  if (isSignal && given.aborted) forward();
  else if (isSignal) given.addEventListener('abort', forward, { once: true });
  // what is no signal is for Node to refuse
  const extended = given === undefined || isSignal ? { ...options, signal: controller.signal } : options;
  return {
    controller,
    options: extended as Options | undefined,
    isEnded: () => ended,
    end: () => {
      ended = true;
      controller.abort();
    },
    release: () => {
      if (isSignal) given.removeEventListener('abort', forward);
    },
  };
}

/** What code gets that waits for something closed: it is to stop, and a rejection would count as its failure. */
export function neverEnds(): Promise<never> {
  return new Promise(() => undefined);
}

interface Iteration<Options, Value> {
  readonly kind: string;
  readonly trace: OpeningTrace;
  readonly options: Options | undefined;
  readonly start: (options: Options | undefined) => AsyncIterable<Value>;
}

/** Iterates, entered into the ledger from the first step to the end. */
export async function* iterateUntilClosed<Options extends SignalOptions, Value>(
  ledger: ResourceLedger,
  { kind, trace, options, start }: Iteration<Options, Value>,
): AsyncGenerator<Value> {
  const ending = endingWith(options);
  const subject = ending.controller;
  ledger.add({ kind, subject, close: ending.end, trace });
  try {
    for await (const value of quietly(ledger, start(ending.options))) yield value;
  } catch (error) {
    if (ending.isEnded()) await neverEnds();
    throw error;
  } finally {
    ledger.remove(subject);
    ending.release();
  }
}

/** What Node's iterators open is opened by their first step. */
function quietly<Value>(ledger: ResourceLedger, values: AsyncIterable<Value>): AsyncIterable<Value> {
  const iterator = values[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => ledger.quietly(() => iterator.next()),
      return: async (value?: unknown) => (await iterator.return?.(value)) ?? { done: true, value: undefined },
    }),
  };
}
