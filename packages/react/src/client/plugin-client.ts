import type {
  ConfigTest,
  JsonObject,
  PluginConfigRevision,
  PluginConfigState,
  PluginDetail,
  PluginGraph,
  PluginOperation,
  PluginPermissions,
  PluginSummary,
} from '@catalyst-plugins/core/protocol';
import { followLiveEvents, type LiveObserver } from './follow-live-events.ts';
import { PluginApiError } from './plugin-api-error.ts';
import { answerInvalid, isObject, readAnswer } from './read-answer.ts';
import type {
  CascadeOptions,
  ConfigRequestOptions,
  GrantChange,
  GrantOptions,
  RequestOptions,
  RevisionsQuery,
  RollbackOptions,
} from './request-options.ts';

/** Where the admin API is and how to get in. */
export interface PluginClientOptions {
  /** Prefix of the admin API; default `/api/plugins`. Outside browsers it has to be a whole URL. */
  readonly baseUrl?: string | undefined;
  /** Asked before every request, for tokens that change. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The admin API as functions, for user interfaces and tools. Each throws `PluginApiError`. */
export interface PluginClient {
  list(options?: RequestOptions): Promise<readonly PluginSummary[]>;
  get(name: string, options?: RequestOptions): Promise<PluginDetail>;
  enable(name: string, options?: GrantOptions & RequestOptions): Promise<PluginDetail>;
  /** Resolves when the calls in flight have ended. */
  disable(name: string, options?: CascadeOptions & RequestOptions): Promise<PluginDetail>;
  /** Replaces the running generation by one from the folder; a failure leaves the old one serving. */
  reload(name: string, options?: GrantOptions & CascadeOptions & RequestOptions): Promise<PluginDetail>;
  /** Goes back to a release that ran before. */
  rollback(name: string, options?: RollbackOptions & RequestOptions): Promise<PluginDetail>;
  /** Changes some settings; the others stay. */
  updateConfig(name: string, config: JsonObject, options?: ConfigRequestOptions): Promise<PluginDetail>;
  /** The settings of a plugin, and all that is needed to edit them. */
  config(name: string, options?: RequestOptions): Promise<PluginConfigState>;
  /** What was saved, the latest first. */
  configRevisions(name: string, query?: RevisionsQuery & RequestOptions): Promise<readonly PluginConfigRevision[]>;
  /** Asks what would come of a change, without making it. */
  testConfig(name: string, config: JsonObject, options?: RequestOptions): Promise<ConfigTest>;
  /** Saves what was saved at an earlier revision again. */
  restoreConfig(name: string, to: number, options?: ConfigRequestOptions): Promise<PluginDetail>;
  /** What the plugin asks for, and what it was granted. */
  permissions(name: string, options?: RequestOptions): Promise<PluginPermissions>;
  /** Grants and revokes permissions; what is not named stays. */
  changeGrants(name: string, change: GrantChange, options?: RequestOptions): Promise<void>;
  /** Who needs whom. */
  graph(options?: RequestOptions): Promise<PluginGraph>;
  /** The commands that run and the latest that have ended, of all plugins or of one; `follow` tells each of their steps. */
  operations(plugin?: string, options?: RequestOptions): Promise<readonly PluginOperation[]>;
  /** Ends a drain now: the calls that are still in flight are cut. */
  forceOperation(id: string, options?: RequestOptions): Promise<PluginOperation>;
  /** Looks for new, repaired and removed plugin folders. */
  rescan(options?: RequestOptions): Promise<readonly PluginSummary[]>;
  /** Hears what happens to plugins, across lost connections, until the returned function is called. */
  follow(observer: LiveObserver): () => void;
}

/** Makes a client of the admin API; nothing is sent before its first call. */
export function createPluginClient(options: PluginClientOptions = {}): PluginClient {
  const send = sender(options);
  const get = (path: string, { signal }: RequestOptions = {}) => send({ method: 'GET', path, signal });
  const command = async (path: string, rest: Partial<Call> = {}) =>
    detailIn(await send({ method: 'POST', path, ...rest }));
  return {
    list: async (given) => summariesIn(await get('', given)),
    get: async (name, given) => detailIn(await get(pathOf(name), given)),
    enable: (name, { signal, grant } = {}) =>
      command(`${pathOf(name)}/enable`, { body: present({ enabled: true, grant }), signal }),
    disable: (name, { signal, cascade } = {}) =>
      command(`${pathOf(name)}/enable`, { body: present({ enabled: false, cascade }), signal }),
    reload: (name, { signal, grant, cascade } = {}) =>
      command(`${pathOf(name)}/reload`, { body: present({ grant, cascade }), signal }),
    rollback: (name, { signal, to, cascade } = {}) =>
      command(pathOf(name, 'rollback'), { body: present({ to, cascade }), signal }),
    updateConfig: (name, config, given = {}) =>
      command(`${pathOf(name)}/config`, { method: 'PUT', body: { config }, ...ifMatch(given) }),
    config: async (name, given) => objectIn(await get(pathOf(name, 'config'), given)),
    configRevisions: async (name, { before, limit, signal } = {}) =>
      listIn(await get(pathOf(name, `config/revisions${queryOf({ before, limit })}`), { signal })),
    testConfig: async (name, config, { signal } = {}) =>
      objectIn(await send({ method: 'POST', path: pathOf(name, 'config/test'), body: { config }, signal })),
    restoreConfig: (name, to, given = {}) =>
      command(pathOf(name, 'config/restore'), { body: { revision: to }, ...ifMatch(given) }),
    permissions: async (name, given) => objectIn(await get(pathOf(name, 'grants'), given)),
    changeGrants: async (name, { grant, revoke }, { signal } = {}) =>
      void (await send({ method: 'PUT', path: pathOf(name, 'grants'), body: present({ grant, revoke }), signal })),
    graph: async (given) => objectIn(await get('/graph', given)),
    operations: async (plugin, given) => listIn(await get(`/operations${queryOf({ plugin })}`, given)),
    forceOperation: async (id, { signal } = {}) =>
      objectIn(await send({ method: 'POST', path: `/operations/${encodeURIComponent(id)}/force`, signal })),
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

/** The plugin itself, or one of the endpoints that are kept apart from the plugin's own routes. */
function pathOf(name: string, endpoint?: string): string {
  const segment = encodeURIComponent(name);
  return endpoint === undefined ? `/${segment}` : `/-/${segment}/${endpoint}`;
}

/** The members that are given. */
function present(members: Readonly<Record<string, string | boolean | readonly string[] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}

function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** Lets the server refuse a change that was made from another revision. */
function ifMatch({ signal, revision }: ConfigRequestOptions): Pick<Call, 'signal' | 'headers'> {
  return { signal, ...(revision === undefined ? {} : { headers: { 'if-match': `"${revision}"` } }) };
}

function objectIn<Data extends object>({ response, data }: Answer): Data {
  if (isObject(data) && !Array.isArray(data)) return data as Data;
  throw answerInvalid(response, 'answered without data');
}

function listIn<Data>({ response, data }: Answer): readonly Data[] {
  if (Array.isArray(data)) return data as readonly Data[];
  throw answerInvalid(response, 'answered without a list');
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
