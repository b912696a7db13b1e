import { PluginError, type GatewayCall, type GatewayRequest } from '@catalyst-plugins/core';
import type { FastifyReply } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';
import type { PluginRoute } from './plugin-route.ts';

/**
 * One request in a plugin. It has ended when the response is closed and the handler has settled: a client that goes
 * away must not free a generation whose handler still runs.
 */
export class RequestCall implements GatewayRequest {
  readonly #route: PluginRoute;
  readonly #reply: FastifyReply;
  readonly #call: GatewayCall;
  #handlerBegan = false;
  #handlerRuns = false;
  #responseClosed = false;

  constructor(route: PluginRoute, reply: FastifyReply) {
    this.#route = route;
    this.#reply = reply;
    route.load.running += 1;
    this.#call = route.gate.open(route.label, this);
  }

  handlerBegins(): void {
    this.#handlerBegan = true;
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
    if (!this.#handlerRuns) this.#end();
  }

  cut(): void {
    const { plugin, label } = this.#route;
    const message = `Plugin "${plugin}" was taken off while it answered ${label}.`;
    this.#answer(new PluginError('PLUGIN_NOT_ACTIVE', message, { plugin }), { endStream: true });
  }

  /** A response that has begun is left alone: long downloads and event streams are no fault; nor is a slow upload. */
  expire(): void {
    const { plugin, label } = this.#route;
    if (!this.#handlerBegan || this.#reply.raw.headersSent) return;
    // given up on: from now on nobody waits for the handler, draining neither
    this.#handlerRuns = false;
    const message = `Plugin "${plugin}" did not answer ${label} in time.`;
    this.#answer(new PluginError('CALL_TIMEOUT', message, { plugin }), { endStream: false });
  }

  #answer(error: PluginError, { endStream }: { readonly endStream: boolean }): void {
    const reply = this.#reply;
    if (reply.raw.headersSent || reply.sent) {
      if (endStream) reply.raw.destroy();
      return;
    }
    sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
  }

  #handlerSettled(): void {
    this.#handlerRuns = false;
    if (this.#responseClosed) this.#end();
  }

  #end(): void {
    this.#route.load.running -= 1;
    this.#call.close();
  }
}
