import type { RefusalReason, RequestOutcome } from '../protocol/plugin-metrics.ts';
import type { PluginRequest } from './http-types.ts';
import type { Logger } from './logger.ts';

/** The span of a request that is traced. */
export interface RequestSpan {
  /** Runs code whose own spans belong into this one. */
  run<T>(call: () => T): T;
  /** Writes down why the request fails. */
  fail(thrown: unknown): void;
}

/** A request in plugin code: the gateway makes one for each, and the call gate keeps it until the gateway takes it out. */
export interface GatewayRequest {
  readonly kind: 'request';
  /** For people, for example `GET /hello`. */
  readonly label: string;
  /** By `Clock.elapsed`, in milliseconds; the gate writes it. */
  startedAt: number;
  /** How it ended; asked when the request leaves. */
  readonly outcome: RequestOutcome;
  /** Where the gate keeps it; -1 outside. Only the gate writes it. */
  place: number;
  /** Where the host traces calls; the gate writes it. */
  span?: RequestSpan | undefined;
  /** Leaves the gate if it is over and nobody noticed, and from now on as soon as it is; asked when draining begins. */
  watch(): void;
  /** Ends it because draining took too long. */
  cut(): void;
  /** Answers for the plugin because it took longer than its limit; may be told more than once. */
  expire(): void;
}

/** What a gateway needs of the call gate of a generation. */
export interface GatewayGate {
  /** Counts a request until it leaves, and ends it when it must not go on. */
  enter(request: GatewayRequest): void;
  /** Ends the counting; does nothing for a request that has left already. */
  leave(request: GatewayRequest): void;
  /** Counts a request that did not enter, as it was answered for the plugin. */
  refuse(reason: RefusalReason): void;
  /** Runs plugin code for a request that has entered, as `attribute` does. */
  answer<Request, Reply, T>(call: (request: Request, reply: Reply) => T, request: Request, reply: Reply): T;
  /** Runs plugin code so that its errors and timers are known to be the plugin's. */
  attribute<Args extends unknown[], T>(call: (...args: Args) => T, ...args: Args): T;
  /** Aborts when the generation ends. */
  readonly signal: AbortSignal;
}

/** Keeps the secrets in a plugin's settings out of what its requests lead to. */
export interface SecretRedaction {
  /** Whether the plugin has secrets; cheap enough to be asked for each request. */
  isNeeded(): boolean;
  /** What was thrown, without secrets: the same, or a copy of its kind where it had any. */
  redact(thrown: unknown): unknown;
  /** The logger, with lines that have no secrets. */
  logger<Lines extends Logger>(logger: Lines): Lines;
}

/** For whom a table of routes is opened. */
export interface HttpTableOwner {
  readonly plugin: string;
  readonly generation: number;
  readonly gate: GatewayGate;
  /** Requests that the plugin answers at a time; no limit when absent. */
  readonly maxConcurrentRequests: number | undefined;
  readonly secrets: SecretRedaction;
  /** A logger of a request, with lines that are kept as the plugin's too; cheap enough to be made for each request. */
  recorded<Lines extends Logger>(logger: Lines): Lines;
  /** The user behind a request, for routes that need one; `undefined` when nobody is signed in. */
  userIdOf(request: PluginRequest): string | undefined;
}

/** Something that was checked and compiled, and answers from `start` until the returned function is called. */
export interface PreparedEntry {
  /** For people, for example `GET /hello`. */
  readonly label: string;
  start(): () => void;
  /** Gives the method and url free again; called once, after the last stop. */
  forget(): void;
}

/** The routes of one generation. */
export interface HttpTable {
  /** Checks and compiles a route. Throws `ROUTE_INVALID`, `ROUTE_DUPLICATE`, `ROUTE_RESERVED`. */
  prepareRoute(options: unknown): PreparedEntry;
  /** Checks a middleware, `(request, reply)` or `(request, reply, next)`. Throws `LISTENER_INVALID`. */
  prepareMiddleware(handler: unknown): PreparedEntry;
  /** Makes this table answer for its plugin, instead of any other, until the returned function is called. */
  mount(): () => void;
}

/** The HTTP side of the host: owns one catch-all route and asks the mounted table of the plugin. */
export interface HttpGateway {
  openTable(owner: HttpTableOwner): HttpTable;
}
