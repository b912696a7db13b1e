import http from 'node:http';
import net from 'node:net';
import { readdir } from 'node:fs/promises';
import { createMemoryStores } from '@catalyst-plugins/core';
import { manifestOf } from '@catalyst-plugins/core/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzing, nastyJson, nastyStrings } from '../../core/test/support/fuzzing.ts';
import { adminEndpoints } from '../src/admin/admin-endpoints.ts';
import { adminSchemas } from '../src/admin/admin-schemas.ts';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';

/** Routes that would answer for the admin API if they could. */
const greedy = onLoad(`
  for (const url of ['/*', '/:a', '/:a/:b', '/:a/:b/:c'])
    ctx.registerRoute({ method: ['GET', 'PUT', 'POST', 'DELETE'], url, handler: async () => ({ greedy: true }) });
  ctx.scheduleTask('0 0 1 1 *', () => {}, { name: 'sweep' });
`);
const plugins = {
  demo: {
    'plugin.json': manifestOf('demo', { config: { size: { type: 'integer', default: 1 }, key: { type: 'password' } } }),
    'index.js': greedy,
  },
  other: { 'plugin.json': manifestOf('other'), 'index.js': onLoad('') },
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Sends a request with its path as it is; streams are left as soon as they begin. */
function send(server: TestServer, { method, path, headers, body }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request(server.url, { method, path, headers: { connection: 'close', ...length, ...headers } });
    request.on('error', reject);
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
const disguises = fc.constantFrom<(path: string) => string>(
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

const names = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('demo', 'other', 'sweep') },
  { weight: 1, arbitrary: fc.constantFrom('-', 'nobody', '__proto__', 'constructor', '..', '.', '%', '%2e%2e', '*') },
  { weight: 1, arbitrary: nastyStrings.map((name) => encoded(name).slice(0, 4_000)) },
);
const endpoints = fc.constantFrom(...adminEndpoints);
const addresses = fc
  .tuple(endpoints, names, names)
  .map(([{ path }, name, id]) => `/api/plugins${path.replace(':name', () => name).replace(':id', () => id)}`);
const queries = fc.oneof(
  fc.constant(''),
  fc
    .array(fc.tuple(fc.constantFrom('plugin', 'type', 'limit', 'before', 'wait', 'level', 'topics'), nastyStrings))
    .map((pairs) => `?${pairs.map(([key, value]) => `${key}=${encoded(value).slice(0, 500)}`).join('&')}`),
);
const bodies = fc.oneof(
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
const headers = fc.record(
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
const methods = fc.constantFrom(
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

const isSendable = (path: string): boolean => !/[^\x21-\x7e]/.test(path);

/** Everything that a request could change, but for the note that it was denied. Of the files, those of the host's own upkeep begin with a dot. */
async function everything(server: TestServer, stores: ReturnType<typeof createMemoryStores>): Promise<object> {
  const { host, folder } = server;
  const files = await readdir(folder.directory, { recursive: true });
  return {
    plugins: host.status().map((summary) => ({ ...summary, rev: 0 })),
    records: await stores.plugins.list(),
    audit: (await host.audit({ limit: 1_000 })).filter(({ type }) => type !== 'host:request-denied'),
    files: files.filter((file) => !file.startsWith('.')).toSorted(),
    tasks: host.tasks.list(),
    logLevels: ['demo', 'other'].map((name) => host.logs.level(name)),
  };
}

function expectAnswer({ method, path }: Sent, { status, type, text }: Answer): void {
  const asked = `${method} ${path.slice(0, 300)}: ${status} ${text.slice(0, 500)}`;
  expect(status < 500 || status === 503, asked).toBe(true);
  if (status < 400 || method === 'HEAD') return;
  expect(type, asked).toMatch(/^application\/(problem\+)?json/);
  const problem: unknown = JSON.parse(text);
  if (type.startsWith('application/problem')) expect(adminSchemas.problem.parse(problem), asked).toEqual(problem);
}

describe('requests of any kind', () => {
  test('change nothing and get no answer of the admin API without the right to it', async () => {
    const stores = createMemoryStores();
    await using server = await startServer({ plugins, host: { stores, releases: false } });
    const before = await everything(server, stores);
    const authorization = fc.constantFrom(
      undefined,
      '',
      'Bearer',
      `bearer ${token}x`,
      `Basic ${token}`,
      token,
      'Bearer null',
    );
    const requests = fc.record({
      method: methods,
      path: fc.tuple(addresses, disguises).map(([path, disguise]) => disguise(path)),
      headers,
      body: bodies,
      authorization,
    });
    const property = fc.asyncProperty(requests, async ({ authorization: credentials, ...sent }) => {
      fc.pre(isSendable(sent.path));
      const request = {
        ...sent,
        headers: { ...sent.headers, ...(credentials === undefined ? {} : { authorization: credentials }) },
      };
      const answer = await send(server, request);
      expectAnswer(request, answer);
      if (answer.status < 300 && request.method !== 'HEAD' && answer.text !== '')
        expect(answer.text, `${request.method} ${request.path}`).toBe('{"greedy":true}');
      expect(await everything(server, stores)).toEqual(before);
    });
    await fc.assert(property, fuzzing('requests without a right', 120));
  }, 3_600_000);

  test('by an administrator are carried out or refused, never with an error of the host', async () => {
    await using server = await startServer({ plugins, host: { releases: false } });
    const requests = fc.record({
      endpoint: endpoints,
      name: names,
      id: names,
      query: queries,
      headers,
      body: bodies,
    });
    const property = fc.asyncProperty(requests, async ({ endpoint, name, id, query, headers: given, body }) => {
      const path = `/api/plugins${endpoint.path.replace(':name', () => name).replace(':id', () => id)}${query}`;
      fc.pre(isSendable(path));
      const sameSite = Object.fromEntries(
        Object.entries(given).filter(([header]) => !['origin', 'sec-fetch-site'].includes(header)),
      );
      const sent = { method: endpoint.method, path, body: endpoint.method === 'GET' ? '' : body };
      const request = { ...sent, headers: { ...sameSite, authorization: `Bearer ${token}` } };
      expectAnswer(request, await send(server, request));
    });
    await fc.assert(property, fuzzing('requests of an administrator', 120));
    expect((await server.admin('/api/plugins')).status).toBe(200);
  }, 3_600_000);

  test('that are no HTTP are refused, and the next one is answered', async () => {
    await using server = await startServer({ plugins });
    const { hostname, port } = new URL(server.url);
    const noise = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(methods, nastyStrings, nastyStrings)
        .map(([method, path, header]) =>
          Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\n${header}: ${path}\r\n\r\n`),
        ),
    );
    const property = fc.asyncProperty(noise, async (bytes) => {
      const socket = net.connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.end(bytes);
      let answer = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
      // a server that stops reading resets the connection, at which `once` would reject
      await new Promise((resolve) => socket.on('close', resolve));
      if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.[01] [1-4]\d\d/);
    });
    await fc.assert(property, fuzzing('bytes instead of requests', 60));
    expect((await server.admin('/api/plugins')).status).toBe(200);
  }, 3_600_000);
});
