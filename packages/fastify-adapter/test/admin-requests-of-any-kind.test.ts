import net from 'node:net';
import { readdir } from 'node:fs/promises';
import { createMemoryStores, type JsonObject } from '@catalyst-plugins/core';
import { manifestOf } from '@catalyst-plugins/core/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzing, nastyStrings } from '../../core/test/support/fuzzing.ts';
import { adminSchemas } from '../src/admin/admin-schemas.ts';
import { onLoad, startServer, token, type TestServer } from './start-server.ts';
import {
  bodies,
  disguises,
  eventSocket,
  filled,
  headers,
  methods,
  names,
  openEndpoints,
  protectedEndpoints,
  queries,
  send,
  upgrade,
  type Answer,
  type Sent,
} from './support/admin-requests.ts';

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

/** What a server can have of what administrators may use. */
const adapter = { metrics: true, probes: true } as const;

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
  // the last three are those of the operations API
  const { plugin: _plugin, message: _message, timestamp: _timestamp, ...problem } = JSON.parse(text) as JsonObject;
  if (type.startsWith('application/problem')) expect(adminSchemas.problem.parse(problem), asked).toEqual(problem);
}

describe('requests of any kind', () => {
  test('change nothing and get no answer of the admin API without the right to it', async () => {
    const stores = createMemoryStores();
    await using server = await startServer({ plugins, adapter, host: { stores, releases: false } });
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
      endpoint: fc.constantFrom(...protectedEndpoints),
      name: names,
      id: names,
      disguise: disguises,
      query: queries,
      headers,
      isUpgrade: fc.boolean(),
      body: bodies,
      authorization,
    });
    const property = fc.asyncProperty(requests, async ({ authorization: credentials, ...given }) => {
      const { method, endpoint, name, id, body } = given;
      const path = `${given.disguise(filled(endpoint.path, name, id))}${given.query}`;
      fc.pre(isSendable(path));
      const isSocket = given.isUpgrade && endpoint.path === eventSocket && method === 'GET';
      const request = {
        method,
        path,
        body: isSocket ? '' : body,
        headers: {
          ...given.headers,
          ...(isSocket ? upgrade : {}),
          ...(credentials === undefined ? {} : { authorization: credentials }),
        },
      };
      const answer = await send(server, request);
      expectAnswer(request, answer);
      expect(answer.status).not.toBe(101);
      if (answer.status < 300 && request.method !== 'HEAD' && answer.text !== '')
        expect(answer.text, `${request.method} ${request.path}`).toBe('{"greedy":true}');
      expect(await everything(server, stores)).toEqual(before);
    });
    await fc.assert(property, fuzzing('requests without a right', 120));
  }, 3_600_000);

  test('by an administrator are carried out or refused, never with an error of the host', async () => {
    await using server = await startServer({ plugins, adapter, host: { releases: false } });
    const requests = fc.record({
      endpoint: fc.constantFrom(...protectedEndpoints, ...openEndpoints),
      name: names,
      id: names,
      query: queries,
      headers,
      isUpgrade: fc.boolean(),
      body: bodies,
    });
    const property = fc.asyncProperty(requests, async ({ endpoint, name, id, query, isUpgrade, ...given }) => {
      const path = `${filled(endpoint.path, name, id)}${query}`;
      fc.pre(isSendable(path));
      const sameSite = Object.fromEntries(
        Object.entries(given.headers).filter(([header]) => !['origin', 'sec-fetch-site'].includes(header)),
      );
      const asSocket = isUpgrade && endpoint.path === eventSocket ? upgrade : {};
      const sent = { method: endpoint.method, path, body: endpoint.method === 'GET' ? '' : given.body };
      const request = { ...sent, headers: { ...sameSite, ...asSocket, authorization: `Bearer ${token}` } };
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
