import type { GatewayCall } from '@catalyst-plugins/core';
import type { FastifyReply } from 'fastify';
import type { PluginRoute } from './plugin-route.ts';
import { problemOf, sendProblem } from '../problem.ts';
import { PluginError } from '@catalyst-plugins/core';

/**
 * One request in a plugin. It has ended when the response is closed and the handler has settled: a client that goes
 * away must not free a generation whose handler still runs.
 */
export class RequestCall {
  readonly #call: GatewayCall;
  #handlerRuns = false;
  #responseClosed = false;

  constructor(route: PluginRoute, reply: FastifyReply) {
    this.#call = route.gate.open(route.label, () => cutReply(route, reply));
  }

  /**
   * What a handler returned, such that this call knows when it has settled. Fastify calls `then` of it once, and
   * listening in there saves a promise a request: where promises are followed (Node 20) they are what costs most.
   */
  untilSettled<T>(result: PromiseLike<T>): PromiseLike<T> {
    this.#handlerRuns = true;
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- for Fastify alone, which expects one
      then: (onFulfilled, onRejected) =>
        result.then(
          (value) => {
            this.#handlerSettled();
            return (onFulfilled as (value: T) => never)(value);
          },
          (error: unknown) => {
            this.#handlerSettled();
            return (onRejected as (error: unknown) => never)(error);
          },
        ),
    };
  }

  responseClosed(): void {
    this.#responseClosed = true;
    if (!this.#handlerRuns) this.#call.close();
  }

  #handlerSettled(): void {
    this.#handlerRuns = false;
    if (this.#responseClosed) this.#call.close();
  }
}

function cutReply({ plugin, label }: PluginRoute, reply: FastifyReply): void {
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const error = new PluginError('PLUGIN_NOT_ACTIVE', `Plugin "${plugin}" was taken off while it answered ${label}.`, {
    plugin,
  });
  sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
}
