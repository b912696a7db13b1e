import type { JsonObject, PluginDetail, PluginSummary } from '@catalyst-plugins/core/protocol';
import { followLiveEvents, type LiveObserver } from './follow-live-events.ts';
import { PluginApiError } from './plugin-api-error.ts';
import { answerInvalid, isObject, readAnswer } from './read-answer.ts';

/** Where the admin API is and how to get in. */
export interface PluginClientOptions {
  /** Prefix of the admin API; default `/api/plugins`. Outside browsers it has to be a whole URL. */
  readonly baseUrl?: string | undefined;
  /** Asked before every request, for tokens that change. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** How to call off one request; it then rejects with the reason of the signal. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Which release to go back to. */
export interface RollbackRequestOptions extends RequestOptions {
  /** Version or digest, of those in `releases` of the plugin; default: the previous one. */
  readonly to?: string | undefined;
}

/** The admin API as functions, for user interfaces and tools. Each throws `PluginApiError`. */
export interface PluginClient {
  list(options?: RequestOptions): Promise<readonly PluginSummary[]>;
  get(name: string, options?: RequestOptions): Promise<PluginDetail>;
  enable(name: string, options?: RequestOptions): Promise<PluginDetail>;
  /** Resolves when the calls in flight have ended. */
  disable(name: string, options?: RequestOptions): Promise<PluginDetail>;
  /** Replaces the running generation by one from the folder; a failure leaves the old one serving. */
  reload(name: string, options?: RequestOptions): Promise<PluginDetail>;
  /** Goes back to a release that ran before. */
  rollback(name: string, options?: RollbackRequestOptions): Promise<PluginDetail>;
  /** Changes some settings; the others stay. */
  updateConfig(name: string, config: JsonObject, options?: RequestOptions): Promise<PluginDetail>;
  /** Looks for new, repaired and removed plugin folders. */
  rescan(options?: RequestOptions): Promise<readonly PluginSummary[]>;
  /** Hears what happens to plugins, across lost connections, until the returned function is called. */
  follow(observer: LiveObserver): () => void;
}

/** Makes a client of the admin API; nothing is sent before its first call. */
export function createPluginClient(options: PluginClientOptions = {}): PluginClient {
  const send = sender(options);
  const command = async (
    name: string,
    what: string,
    rest: RequestOptions & { body?: JsonObject; method?: 'PUT' } = {},
  ) => detailIn(await send({ method: 'POST', path: `${pathOf(name)}/${what}`, ...rest }));
  return {
    list: async ({ signal } = {}) => summariesIn(await send({ method: 'GET', path: '', signal })),
    get: async (name, { signal } = {}) => detailIn(await send({ method: 'GET', path: pathOf(name), signal })),
    enable: (name, { signal } = {}) => command(name, 'enable', { body: { enabled: true }, signal }),
    disable: (name, { signal } = {}) => command(name, 'enable', { body: { enabled: false }, signal }),
    reload: (name, { signal } = {}) => command(name, 'reload', { signal }),
    rollback: (name, { signal, to } = {}) =>
      command(name, 'rollback', { body: to === undefined ? {} : { to }, signal }),
    updateConfig: (name, config, { signal } = {}) =>
      command(name, 'config', { method: 'PUT', body: { config }, signal }),
    rescan: async ({ signal } = {}) => summariesIn(await send({ method: 'POST', path: '/rescan', signal })),
    follow: (observer) =>
      followLiveEvents((lastEventId, signal) => openStream(options, { lastEventId, signal }), observer),
  };
}

interface Call extends RequestOptions {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose data was read but not looked at. */
interface Answer {
  readonly response: Response;
  readonly data: unknown;
}

function sender(options: PluginClientOptions): (call: Call) => Promise<Answer> {
  return (call) =>
    asApiFailure(call.signal, async () => {
      const response = await request(options, call);
      return { response, data: readAnswer(response, await response.text()) };
    });
}

function openStream(
  options: PluginClientOptions,
  { lastEventId, signal }: { lastEventId: string | undefined; signal: AbortSignal },
) {
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  return asApiFailure(signal, async () => {
    const response = await request(options, { method: 'GET', path: '/events', headers, signal });
    if (!response.ok) readAnswer(response, await response.text());
    const { body } = response;
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (body && isStream) return body;
    await body?.cancel();
    throw answerInvalid(response, 'does not offer live events');
  });
}

function request(
  { baseUrl = '/api/plugins', headers, fetch = globalThis.fetch }: PluginClientOptions,
  call: Call,
): Promise<Response> {
  const { method, path, body, signal = null } = call;
  return fetch(`${baseUrl.replace(/\/+$/, '')}${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers?.(),
      ...call.headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    // an answer of the cache could be older than what is known already
    cache: 'no-store',
    signal,
  });
}

async function asApiFailure<Result>(signal: AbortSignal | undefined, exchange: () => Promise<Result>): Promise<Result> {
  try {
    return await exchange();
  } catch (error) {
    if (error instanceof PluginApiError || signal?.aborted === true) throw error;
    throw new PluginApiError(`The plugin host was not reached: ${reasonIn(error)}.`, {
      code: 'NETWORK_FAILED',
      hint: 'Check that the server runs and that baseUrl is right; outside browsers baseUrl has to be a whole URL.',
      cause: error,
    });
  }
}

function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node says "fetch failed" and why only in the cause
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function pathOf(name: string): string {
  return `/${encodeURIComponent(name)}`;
}

function detailIn({ response, data }: Answer): PluginDetail {
  if (isSummary(data) && 'manifest' in data) return data as PluginDetail;
  throw answerInvalid(response, 'answered without a plugin');
}

function summariesIn({ response, data }: Answer): readonly PluginSummary[] {
  if (Array.isArray(data) && data.every(isSummary)) return data;
  throw answerInvalid(response, 'answered without a list of plugins');
}

function isSummary(value: unknown): value is PluginSummary {
  return isObject(value) && typeof value['name'] === 'string' && typeof value['rev'] === 'number';
}
