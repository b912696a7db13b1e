import type { FastifyReply, FastifyRequest } from 'fastify';
import { isThenable } from '@catalyst-plugins/core';

/** A hook or middleware in any of the styles that authors use: callback, promise, or neither. */
export type StepFunction = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => unknown;

/** A hook that may replace the payload, in any style. */
export type PayloadFunction = (
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: Error | null, payload?: unknown) => void,
) => unknown;

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Whether the functions run although the reply was sent. */
  readonly afterReply?: boolean;
}

/**
 * Calls the functions one after the other, each when the one before is done: its callback was called, or its promise
 * settled, or it takes no callback and returned. Stops when one failed or has replied.
 */
export function runSteps(
  steps: readonly StepFunction[],
  exchange: Exchange,
  done: (error?: Error) => void,
  from = 0,
): void {
  const { request, reply, afterReply = false } = exchange;
  const step = steps[from];
  if (step === undefined) return done();
  let ended = false;
  const next = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    if (error !== undefined && error !== null) return done(toError(error));
    if (afterReply || !reply.sent) runSteps(steps, exchange, done, from + 1);
  };
  try {
    const result = step(request, reply, next);
    if (isThenable(result))
      result.then(
        () => next(),
        (error: unknown) => next(error ?? new TypeError('rejected without a reason')),
      );
    else if (step.length < 3) next();
  } catch (error) {
    next(error ?? new TypeError('threw nothing'));
  }
}

/** Like `runSteps`, for hooks that see the payload and may hand on another. */
export function runPayloadSteps(
  steps: readonly PayloadFunction[],
  exchange: Exchange & { readonly payload: unknown },
  done: (error: Error | null, payload?: unknown) => void,
  from = 0,
): void {
  const { request, reply, payload } = exchange;
  const step = steps[from];
  if (step === undefined) return done(null, payload);
  let ended = false;
  const next = (error: unknown, replaced?: unknown): void => {
    if (ended) return;
    ended = true;
    if (error !== undefined && error !== null) return done(toError(error));
    runPayloadSteps(steps, { request, reply, payload: replaced === undefined ? payload : replaced }, done, from + 1);
  };
  try {
    const result = step(request, reply, payload, next);
    if (isThenable(result))
      result.then(
        (replaced: unknown) => next(null, replaced),
        (error: unknown) => next(error ?? new TypeError('rejected without a reason')),
      );
    else if (step.length < 4) next(null, result);
  } catch (error) {
    next(error ?? new TypeError('threw nothing'));
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
