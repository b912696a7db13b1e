import {
  hasCode,
  PluginError,
  type GatewayRequest,
  type RequestOutcome,
  type RequestSpan,
} from '@catalyst-plugins/core';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';
import type { PluginRoute } from './plugin-route.ts';

/** Where a request keeps its call once it has reached the plugin. */
export const callOf = Symbol('call of the plugin route');
export type TrackedRequest = FastifyRequest & { [callOf]?: RequestCall | null };

type Settled = (result: unknown) => unknown;

/**
 * One request in a plugin. It is over when its response has ended and the handler has settled: a client that goes away
 * must not free a generation whose handler still runs. One object is all that a request costs here, and most requests
 * are seen to be over when their handler settles; only others listen for the end of their response.
 */
export class RequestCall implements GatewayRequest {
  readonly kind = 'request';
  readonly label: string;
  startedAt = 0;
  place = -1;
  span: RequestSpan | undefined = undefined;
  readonly #route: PluginRoute;
  readonly #reply: FastifyReply;
  #handlerBegan = false;
  #handlerRuns = false;
  #handlerResult: PromiseLike<unknown> | undefined = undefined;
  #isWatched = false;
  #endedFor: 'timeout' | 'cut' | undefined = undefined;

  constructor(route: PluginRoute, reply: FastifyReply) {
    this.label = route.label;
    this.#route = route;
    this.#reply = reply;
    route.load.running += 1;
    keepLines(route, reply);
    route.gate.enter(this);
  }

  get outcome(): RequestOutcome {
    const { raw } = this.#reply;
    if (this.#endedFor !== undefined) return this.#endedFor;
    if (wasAbandoned(raw)) return 'aborted';
    const { statusCode } = raw;
    if (statusCode < 300) return '2xx';
    if (statusCode < 400) return '3xx';
    return statusCode < 500 ? '4xx' : '5xx';
  }

  /** Runs functions of the plugin beside the handler. */
  attribute(functions: () => void): void {
    const { gate } = this.#route;
    if (this.span === undefined) gate.attribute(functions);
    else this.span.run(() => gate.attribute(functions));
  }

  /** To be told before the handler is called. */
  handlerBegins(): void {
    this.#handlerBegan = true;
    this.#handlerRuns = true;
  }

  /** To be told when the handler returned or threw without a promise. */
  handlerSettled(): void {
    this.#handlerRuns = false;
    this.watch();
  }

  /** To be told when a reply is sent; one that does not come from the handler has to be followed from here. */
  replying(): void {
    if (!this.#handlerRuns) this.watch();
  }

  /**
   * What Fastify gets in place of the promise of a handler, so that this call hears when it has settled. Listening in
   * `then`, which Fastify calls once, saves a promise a request: where promises are followed (Node 20) they cost most.
   */
  untilSettled(result: PromiseLike<unknown>): PromiseLike<unknown> {
    this.#handlerResult = result;
    return this as unknown as PromiseLike<unknown>;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- for Fastify alone, which expects a promise of a handler
  then(onFulfilled: Settled, onRejected: Settled): void {
    void this.#handlerResult?.then(
      (value) => {
        onFulfilled(value);
        this.handlerSettled();
      },
      (error: unknown) => {
        onRejected(error);
        this.handlerSettled();
      },
    );
  }

  watch(): void {
    if (this.#endIfOver() || this.#isWatched) return;
    this.#isWatched = true;
    this.#reply.raw.once('close', () => this.#endIfOver());
  }

  cut(): void {
    const { plugin, label, gate } = this.#route;
    // where its code was ended in the middle of reading the request, nothing more can be read from the connection
    if (hasCode(gate.signal.reason, 'PLUGIN_STALLED')) this.#reply.raw.shouldKeepAlive = false;
    const message = `Plugin "${plugin}" was taken off while it answered ${label}.`;
    this.#answer(new PluginError('PLUGIN_NOT_ACTIVE', message, { plugin }), 'cut');
  }

  /** A response that has begun is left alone: long downloads and event streams are no fault; nor is a slow upload. */
  expire(): void {
    if (this.#endIfOver() || !this.#handlerBegan || this.#reply.raw.headersSent) return;
    // given up on: from now on nobody waits for the handler, draining neither
    this.#handlerRuns = false;
    const { plugin, label } = this.#route;
    const message = `Plugin "${plugin}" did not answer ${label} in time.`;
    this.#answer(new PluginError('CALL_TIMEOUT', message, { plugin }), 'timeout');
    this.watch();
  }

  #answer(error: PluginError, why: 'timeout' | 'cut'): void {
    const reply = this.#reply;
    const isAnswered = reply.raw.headersSent || reply.sent;
    if (isAnswered && why === 'timeout') return;
    this.#endedFor = why;
    if (isAnswered) return void reply.raw.destroy();
    sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
  }

  #endIfOver(): boolean {
    if (this.place === -1) return true;
    const { raw } = this.#reply;
    // what was handed over whole needs the plugin no more, wherever its bytes are
    if (this.#handlerRuns || !(raw.writableEnded || raw.destroyed || raw.closed)) return false;
    this.#route.load.running -= 1;
    this.#route.gate.leave(this);
    return true;
  }
}

/** From now on the server logs for the plugin: what the plugin says with `request.log`, and what Fastify says of its errors. */
function keepLines({ secrets, recorded }: PluginRoute, reply: FastifyReply): void {
  const log = recorded(reply.log);
  reply.log = secrets.isNeeded() ? secrets.logger(log) : log;
  reply.request.log = reply.log;
}

/** Whether the client went away first: a response that came to its end has let go of its socket. */
function wasAbandoned(raw: ServerResponse): boolean {
  if (!raw.destroyed) return false;
  // with HTTP/2 the stream knows
  const { stream } = raw as { stream?: { readonly aborted?: boolean } };
  return stream === undefined ? raw.socket?.destroyed === true : stream.aborted === true;
}
