import { PluginApiError } from './plugin-api-error.ts';
import { answerInvalid, readAnswer, type Answer } from './read-answer.ts';
import type { RequestOptions } from './request-options.ts';

/** Where the admin API is and how to get in. */
export interface PluginClientOptions {
  /** Prefix of the admin API; default `/api/plugins`. Outside browsers it has to be a whole URL. */
  readonly baseUrl?: string | undefined;
  /** Asked before every request, for tokens that change. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Headers of one request. */
export type CallHeaders = Readonly<Record<string, string>>;

/** The way to the admin API. Targets are a method and a path below its prefix; every failure is a `PluginApiError`. */
export interface Transport {
  readonly prefix: string;
  /** Sends a request and reads its JSON answer. What stands beside the signal is the body, where the method has one. */
  readonly call: <Data>(
    read: (answer: Answer) => Data,
    target: string,
    options?: RequestOptions,
    headers?: CallHeaders,
  ) => Promise<Data>;
  /** Sends a request as it is given, with the headers of the client beneath its own. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
  /** Reads what is not in the shape of the admin API. */
  readonly file: (path: string, options?: RequestOptions) => Promise<Blob>;
  /** Opens a stream of server-sent events. */
  readonly stream: (path: string, options: RequestOptions, headers: CallHeaders) => Promise<ReadableStream<Uint8Array>>;
}

/** Makes the way to the admin API; nothing is sent yet. */
export function createTransport({ baseUrl = '/api/plugins', headers, fetch }: PluginClientOptions): Transport {
  const prefix = baseUrl.replace(/\/+$/, '');
  const exchange = async <Result>(
    read: (response: Response) => Promise<Result>,
    target: string,
    options: RequestOptions = {},
    extra: CallHeaders = {},
  ): Promise<Result> => {
    const [method = '', path = ''] = target.split(' ');
    try {
      const init = requestOf(method, options, { ...headers?.(), ...extra });
      return await read(await (fetch ?? globalThis.fetch)(prefix + path, init));
    } catch (error) {
      if (error instanceof PluginApiError || options.signal?.aborted === true) throw error;
      throw unreachable(error);
    }
  };
  return {
    prefix,
    call: (read, ...request) =>
      exchange(async (response) => read(readAnswer(response, await response.text())), ...request),
    send: (path, init = {}) => {
      const given = new Headers(headers?.());
      for (const [name, value] of new Headers(init.headers)) given.set(name, value);
      return (fetch ?? globalThis.fetch)(prefix + path, { ...init, headers: given });
    },
    file: (path, options) => exchange(async (response) => (await succeeded(response)).blob(), `GET ${path}`, options),
    stream: (path, ...rest) =>
      exchange(
        async (response) => {
          const { body } = await succeeded(response);
          if (body && response.headers.get('content-type')?.startsWith('text/event-stream') === true) return body;
          await body?.cancel();
          throw answerInvalid(response, 'does not offer live events');
        },
        `GET ${path}`,
        ...rest,
      ),
  };
}

/** What stands beside the signal is the body, if it is anything. */
function requestOf(method: string, { signal = null, ...members }: CallInit, headers: CallHeaders): RequestInit {
  const text = JSON.stringify(members);
  const body = method === 'GET' || text === '{}' ? null : text;
  return {
    method,
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }), ...headers },
    body,
    // an answer of the cache could be older than what is known already
    cache: 'no-store',
    signal,
  };
}

interface CallInit {
  readonly signal?: AbortSignal | null | undefined;
}

async function succeeded(response: Response): Promise<Response> {
  if (!response.ok) readAnswer(response, await response.text());
  return response;
}

function unreachable(error: unknown): PluginApiError {
  return new PluginApiError(`The plugin host was not reached: ${reasonIn(error)}.`, {
    code: 'NETWORK_FAILED',
    hint: 'Check that the server runs and that baseUrl is right; outside browsers baseUrl has to be a whole URL.',
    cause: error,
  });
}

function reasonIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node says "fetch failed" and why only in the cause
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
