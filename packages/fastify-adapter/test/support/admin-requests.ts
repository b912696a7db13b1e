import http from 'node:http';
import * as fc from 'fast-check';
import { nastyJson, nastyStrings } from '../../../core/test/support/fuzzing.ts';
import { adminEndpoints } from '../../src/admin/admin-endpoints.ts';
import { operationsEndpoints } from '../../src/operations/operations-endpoints.ts';
import type { TestServer } from '../start-server.ts';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends a request with its path as it is; streams and sockets are left as soon as they begin. */
export function send({ url }: TestServer, { method, path, headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    // a connection on which a socket was refused cannot be used again
    const agent = false;
    const request = http.request(url, { agent, method, path, headers: { connection: 'close', ...length, ...headers } });
    request.on('error', reject);
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, type: '', text: '' });
    });
    request.on('response', (response) => {
      const type = response.headers['content-type'] ?? '';
      const status = response.statusCode ?? 0;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status, type, text }));
      response.on('error', reject);
      if (!type.startsWith('text/event-stream')) return;
      response.removeAllListeners('error').on('error', () => undefined);
      request.destroy();
      resolve({ status, type, text: '' });
    });
    request.end(body);
  });
}

/** Another way to write some characters of a path, as those do who look for a way around a check. */
export const disguises = fc.constantFrom<(path: string) => string>(
  (path) => path,
  (path) => path.replaceAll('/', '//'),
  (path) => `${path}/`,
  (path) => path.toUpperCase(),
  (path) => path.replace('plugins', '%70lugins'),
  (path) => path.replace(/(\w)(?=\w*$)/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  (path) => `/${path.replaceAll('/', '%2f')}`,
  (path) => `/${path.replaceAll('/', '\\')}`,
  (path) => path.replace('/api/', '/x/../api/'),
  (path) => path.replace('/plugins/', '/plugins/./'),
  (path) => path.replace('/plugins/', '/plugins/demo/..;/'),
  (path) => `${path};x=y`,
  (path) => `${path}%00`,
  (path) => `${path}%ff`,
  (path) => `${path}?wait=false&limit=-1&before=x&__proto__[a]=b`,
  (path) => `//evil.example${path}`,
  (path) => `http://evil.example${path}`,
);

/** Half characters cannot be encoded. */
const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, ''));

export const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('demo', 'other', 'sweep') },
  { weight: 1, arbitrary: fc.constantFrom('-', 'nobody', '__proto__', 'constructor', '..', '.', '%', '%2e%2e', '*') },
  { weight: 1, arbitrary: nastyStrings.map((name) => encoded(name).slice(0, 4_000)) },
);
/** An endpoint with its whole path, in which `:name` and `:id` are still to be filled in. */
export interface Endpoint {
  readonly method: string;
  readonly path: string;
}

const under = (prefix: string, endpoints: readonly Endpoint[]): Endpoint[] =>
  endpoints.map(({ method, path }) => ({ method, path: `${prefix}${path}` }));
const reading = (...paths: readonly string[]): Endpoint[] => paths.map((path) => ({ method: 'GET', path }));

/** Where the live events are told to sockets. */
export const eventSocket = '/ws/events';

/** Those that answer administrators alone: the admin API, the operations API, the live events, the document, frontends. */
export const protectedEndpoints: readonly Endpoint[] = [
  ...under('/api/plugins', adminEndpoints),
  ...under('/plugins', operationsEndpoints(false)),
  ...reading('/api/plugins/events', '/api/plugins/openapi.json', '/api/plugins/ui/manifest', '/api/plugins/ui/events'),
  ...reading(eventSocket),
];

/** Those that answer everybody. */
export const openEndpoints: readonly Endpoint[] = reading(
  '/live',
  '/ready',
  '/health',
  '/metrics',
  '/api/plugins/docs',
);

export const filled = (path: string, name: string, id: string): string =>
  path.replace(':name', () => name).replace(':id', () => id);

const keys = fc.constantFrom(
  ...(['plugin', 'type', 'limit', 'before', 'wait', 'level', 'topics', 'since', 'until'] as const),
  ...(['text', 'result', 'actor', 'format', 'stepMs', 'after'] as const),
);
const plausible = fc.constantFrom(
  ...([
    'demo',
    'other',
    '(host)',
    'ok',
    'denied',
    'csv',
    'ndjson',
    'json',
    'warn',
    'audit',
    'log:*',
    'metric',
  ] as const),
  ...(['0', '1', '-1', '1e400', '9'.repeat(30), 'false', 'null', '*', 'plugin:*'] as const),
  ...(['2026-01-01T00:00:00Z', '9999-12-31T23:59:59.999+14:00', '0000-01-01T00:00:00Z', '2026-13-01', ''] as const),
);
export const queries = fc.oneof(
  { weight: 1, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(keys, fc.oneof(plausible, nastyStrings)), { maxLength: 4 })
      .map((pairs) => `?${pairs.map(([key, value]) => `${key}=${encoded(value).slice(0, 500)}`).join('&')}`),
  },
);
export const bodies = fc.oneof(
  fc.constantFrom('', '{', 'null', '[]', '{"enabled":true}', '{"config":{}}', '{"__proto__":{"enabled":true}}'),
  fc.constantFrom('{"enabled":false}', '{"config":{"size":2}}', '['.repeat(5_000), '"\\ud800"', 'x'.repeat(100_000)),
  nastyJson.map((value) => JSON.stringify(value)),
  fc
    .dictionary(
      fc.constantFrom('enabled', 'config', 'grant', 'revoke', 'cascade', 'to', 'revision', 'level'),
      nastyJson,
    )
    .map((value) => JSON.stringify(value)),
);
export const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/problem+json',
      '',
      'a/b; c',
    ),
    origin: fc.constantFrom('https://evil.example', 'null', 'http://localhost', ''),
    'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'none', 'same-site'),
    'x-http-method-override': fc.constantFrom('PUT', 'POST', 'DELETE'),
    'x-forwarded-for': fc.constantFrom('127.0.0.1', '::1', '10.0.0.1'),
    'x-original-url': fc.constantFrom('/api/plugins/demo/reload'),
    'if-match': fc.constantFrom('"0"', '*', 'W/"1"', '"-1"', 'x'.repeat(2_000)),
    'last-event-id': fc.constantFrom('0', '-1', '1e400', 'x', '9'.repeat(400)),
    accept: fc.constantFrom('text/event-stream', 'text/html', '*/*'),
  },
  { requiredKeys: [] },
);
export const methods = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
);

/** What a browser sends that opens a socket. */
export const upgrade: Readonly<Record<string, string>> = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};
