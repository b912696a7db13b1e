import { describeError } from '../../errors/describe-error.ts';
import { hasCode, isPluginError, PluginError } from '../../errors/plugin-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability, CapabilitySession } from '../capability.ts';
import type { GrantReader } from '../grant-reader.ts';
import { PermissionCheck, type DenialListener } from '../permission-check.ts';
import { requireFunction } from '../require-function.ts';
import type { ApiDirectory, ApiRequest } from './api-directory.ts';
import { callApi, timedOut } from './call-api.ts';
import { CallChain } from './call-chain.ts';
import { portableError } from './portable-error.ts';

/** What the handler of an API is told of a call. */
export interface ApiCall {
  /** Name of the plugin that calls. */
  readonly caller: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export interface ApiCallOptions {
  /** How long the call may take, in milliseconds; default 10,000, at most 300,000. */
  readonly timeoutMs?: number;
}

/** What plugins may ask of each other. */
export interface ApisSlice {
  exposeApi(name: string, handler: (params: never, call: ApiCall) => unknown): Undo;
  callPluginApi<Result>(plugin: string, api: string, params?: unknown, options?: ApiCallOptions): Promise<Result>;
}

export interface ApisOptions {
  readonly directory: ApiDirectory;
  readonly clock: Clock;
  readonly grants: GrantReader;
  readonly onDenied: DenialListener;
}

const defaultTimeoutMs = 10_000;
const longestTimeoutMs = 300_000;
const permission = 'plugin.rpc';

/** Lets plugins answer calls of other plugins, and call them; the live generation answers, whichever that is. */
export function apis({ directory, clock, grants, onDenied }: ApisOptions): Capability<ApisSlice> {
  const parts = { directory, clock, chain: new CallChain() };
  return {
    name: 'apis',
    create(session) {
      const { release, scope, gate } = session;
      const caller = release.plugin;
      const permissions = new PermissionCheck(caller, grants, onDenied);
      const { signal: callerSignal } = gate;
      const inFlight = new Set<AbortController>();
      // one listener for all: Node warns of a leak where each call has its own
      callerSignal.addEventListener('abort', () => inFlight.forEach((call) => call.abort(callerSignal.reason)));
      return {
        exposeApi(name, handler) {
          requireFunction(handler, `exposeApi(${JSON.stringify(name)})`, caller);
          const answer = answering(session, name, handler as ApiHandler);
          return scope.whenLive(`api ${name}`, () => directory.put(caller, name, { answer }));
        },
        async callPluginApi<Result>(
          plugin: string,
          api: string,
          params?: unknown,
          { timeoutMs = defaultTimeoutMs }: ApiCallOptions = {},
        ): Promise<Result> {
          const name = `the API "${api}" of plugin "${plugin}"`;
          if (plugin !== caller) permissions.require([permission], `callPluginApi to ${name}`);
          gate.meter.count('apiCallsMade');
          const copy = copied(params, `Plugin "${caller}" cannot call ${name}: its parameters`, caller);
          const command = { caller, callerSignal, inFlight, plugin, api, params: copy };
          return (await callApi({ ...command, timeoutMs: checkedTimeout(timeoutMs, caller) }, parts)) as Result;
        },
      };
    },
  };
}

type ApiHandler = (params: unknown, call: ApiCall) => unknown;

/** Calls go through the gate of the generation that answers, so that it waits for them before it ends. */
function answering(
  { release: { plugin }, gate, logger }: CapabilitySession,
  api: string,
  handler: ApiHandler,
): (request: ApiRequest) => Promise<unknown> {
  const call = async ({ params, caller, signal }: ApiRequest): Promise<unknown> => {
    let result: unknown;
    try {
      result = await handler(params, { caller, signal });
    } catch (thrown) {
      logger.warn({ err: thrown, api, caller }, `the API "${api}" failed: ${describeError(thrown)}`);
      throw failed(plugin, api, thrown);
    }
    return copied(result, `Plugin "${plugin}" cannot answer a call of its API "${api}": the result`, plugin);
  };
  return async (request) => {
    try {
      return await gate.run('api', `api ${api}`, () => call(request), request.timeoutMs);
    } catch (error) {
      if (hasCode(error, 'CALL_TIMEOUT')) throw timedOut(plugin, api, request.timeoutMs);
      const isOwn = hasCode(error, 'API_FAILED') || hasCode(error, 'API_VALUE_INVALID');
      // otherwise the generation was cut off, because it crashed or did not drain in time
      throw isOwn ? error : failed(plugin, api, error);
    }
  };
}

function failed(plugin: string, api: string, thrown: unknown): PluginError {
  const what = describeError(thrown);
  // what failed is said already where this API only passes on the failure of another
  const message = hasCode(thrown, 'API_FAILED') ? what : `The API "${api}" of plugin "${plugin}" failed: ${what}`;
  const hint = isPluginError(thrown) ? thrown.hint : undefined;
  return new PluginError('API_FAILED', message, { plugin, hint, cause: portableError(thrown) });
}

function copied(value: unknown, what: string, plugin: string): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    const message = `${what} cannot be copied: ${describeError(cause)}`;
    throw new PluginError('API_VALUE_INVALID', message, { plugin, cause: portableError(cause) });
  }
}

function checkedTimeout(timeoutMs: number, plugin: string): number {
  if (timeoutMs > 0 && timeoutMs <= longestTimeoutMs) return timeoutMs;
  const message = `Plugin "${plugin}" called an API with timeoutMs ${String(timeoutMs)}; it takes 1 to ${longestTimeoutMs}.`;
  throw new PluginError('API_VALUE_INVALID', message, { plugin });
}
