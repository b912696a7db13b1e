import { createServer, type RequestListener } from 'node:http';
import type { LiveEvent, PluginOperation } from '@catalyst-plugins/core/protocol';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createPluginClient, PluginApiError, type ConnectionState, type PluginClient } from '../src/client/index.ts';
import { startPluginServer } from './support/plugin-server.ts';

const works = 'export default {};';
const waitFor = (fact: () => void): Promise<void> => vi.waitFor(fact, { timeout: 15_000 });

afterEach(() => vi.useRealTimers());

describe('the client', () => {
  it('lists, reads and commands plugins', async () => {
    const manifest = { name: 'chat', version: '1.0.0', backend: { entry: 'index.js' }, config: { limit: 5 } };
    const server = await startPluginServer({ plugins: { chat: { 'plugin.json': manifest, 'index.js': works } } });
    const client = createPluginClient({ baseUrl: `${server.baseUrl}/` });
    expect(await client.list()).toMatchObject([{ name: 'chat', state: 'active' }]);
    expect(await client.get('chat')).toMatchObject({ config: { limit: 5 }, registrations: [{ live: true }] });
    expect(await client.disable('chat')).toMatchObject({ state: 'disabled', enabled: false });
    expect(await client.enable('chat')).toMatchObject({ state: 'active', enabled: true });
    expect(await client.updateConfig('chat', { limit: 6 })).toMatchObject({ config: { limit: 6 }, configRevision: 1 });
    await server.folder.write('chat', { 'plugin.json': { ...manifest, version: '2.0.0' } });
    expect(await client.reload('chat')).toMatchObject({ version: '2.0.0', canRollback: true });
    expect(await client.rollback('chat')).toMatchObject({ version: '1.0.0' });
    expect(await client.rollback('chat', { to: '2.0.0' })).toMatchObject({ version: '2.0.0' });
    await server.folder.remove('chat');
    expect(await client.rescan()).toEqual([]);
  });

  it('follows the phases of a command, and ends its drain', async () => {
    const manifest = { name: 'chat', version: '1.0.0', backend: { entry: 'index.js' } };
    const slow = `export default { onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/slow', handler: () => new Promise(() => {}) });
    } };`;
    const server = await startPluginServer({ plugins: { chat: { 'plugin.json': manifest, 'index.js': slow } } });
    const client = createPluginClient({ baseUrl: server.baseUrl });
    const told: PluginOperation[] = [];
    const states: ConnectionState[] = [];
    const unfollow = client.follow({
      onEvent: ({ type, data }) => {
        if (type === 'plugin:operation') told.push(data['operation'] as unknown as PluginOperation);
      },
      onConnection: (state) => void states.push(state),
    });
    await waitFor(() => expect(states).toContain('live'));
    const answer = fetch(`${server.baseUrl}/chat/slow`);
    await expect.poll(() => client.get('chat')).toMatchObject({ activeRequests: 1 });
    await client.reload('chat');
    const [operation] = await client.operations('chat');
    expect(operation).toMatchObject({
      kind: 'reload',
      phase: 'draining',
      progress: { toCome: ['releasing', 'ended'] },
      drain: { inFlightAtStart: 1, inFlight: 1 },
    });
    expect(await client.operations('nobody')).toEqual([]);
    expect(await client.forceOperation(operation?.id ?? '')).toMatchObject({ id: operation?.id });
    expect((await answer).status).toBe(503);
    await waitFor(() => expect(told.at(-1)).toMatchObject({ phase: 'ended', drain: { cut: 1 } }));
    expect(told.map(({ phase }) => phase)).toContain('draining');
    unfollow();
  });

  it('sends the headers that hold at the moment of each request', async () => {
    const server = await startPluginServer({ token: 'Bearer second' });
    const tokens = ['Bearer first', 'Bearer second'];
    const client = createPluginClient({
      baseUrl: server.baseUrl,
      headers: () => ({ authorization: tokens.shift() ?? '' }),
    });
    expect(await failureOf(client.list())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(await client.list()).toEqual([]);
  });

  it('escapes names, so that no name leads to another endpoint', async () => {
    const server = await startPluginServer();
    const client = createPluginClient({ baseUrl: server.baseUrl });
    expect(await failureOf(client.get('a/../../rescan?x'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND', status: 404 });
    expect(server.requests.at(-1)?.path).toBe('/api/plugins/a%2F..%2F..%2Frescan%3Fx');
  });

  it('calls a request off when its signal says so', async () => {
    const client = createPluginClient({ baseUrl: await startServer(() => undefined) });
    const controller = new AbortController();
    const listing = client.list({ signal: controller.signal });
    controller.abort(new Error('never mind'));
    await expect(listing).rejects.toThrow('never mind');
  });
});

describe('an error of the client', () => {
  it('carries what the problem details of the host say', async () => {
    const manifest = {
      name: 'chat',
      version: '1.0.0',
      backend: { entry: 'index.js' },
      config: { limit: { type: 'integer', max: 10 } },
    };
    const server = await startPluginServer({ plugins: { chat: { 'plugin.json': manifest, 'index.js': works } } });
    const error = await failureOf(createPluginClient({ baseUrl: server.baseUrl }).updateConfig('chat', { limit: 11 }));
    expect(error).toBeInstanceOf(PluginApiError);
    expect(error).toMatchObject({
      name: 'PluginApiError',
      code: 'CONFIG_INVALID',
      status: 422,
      errors: [{ pointer: '/limit' }],
    });
    expect(error.message).not.toBe('');
    expect(error.hint).not.toBe('');
    expect(error.requestId).toMatch(/./);
  });

  it('says that the server cannot be reached, and why', async () => {
    const server = await startPluginServer();
    await server.close();
    const error = await failureOf(createPluginClient({ baseUrl: server.baseUrl }).list());
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', status: 0, requestId: undefined, errors: [] });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('says what to do about a base URL that Node cannot use', async () => {
    const error = await failureOf(createPluginClient().list());
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', hint: expect.stringContaining('whole URL') });
  });

  it('says that an answer which breaks off did not arrive', async () => {
    const baseUrl = await startServer((_request, reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"success":');
      reply.socket?.destroySoon();
    });
    expect(await failureOf(createPluginClient({ baseUrl }).list())).toMatchObject({
      code: 'NETWORK_FAILED',
      status: 0,
    });
  });

  it.each([
    ['the page of a single-page application', 200, '<!doctype html>', 'admin API'],
    ['the error page of a proxy', 502, '<h1>Bad Gateway</h1>', '502'],
    ['an error in another shape', 500, '{"statusCode":500,"message":"out of memory"}', 'out of memory'],
    ['an empty answer', 200, '', 'admin API'],
    ['JSON that is not a list of plugins', 200, '{"success":true,"data":[{"id":1}]}', 'list of plugins'],
  ])('tells %s from an answer of the admin API', async (_what, status, body, words) => {
    const baseUrl = await startServer((_request, reply) => void reply.writeHead(status).end(body));
    const error = await failureOf(createPluginClient({ baseUrl }).list());
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', status });
    expect(error.message).toContain(words);
  });
});

/** What is told last of a command. */
const endOf = (kind: string): object => ({
  type: 'plugin:operation',
  plugin: 'chat',
  data: { operation: { kind, phase: 'ended' } },
});

describe('following live events', () => {
  it('resumes after a cut with the last event it had, and misses none', async () => {
    const server = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
    const followed = follow(createPluginClient({ baseUrl: server.baseUrl, headers: () => ({ 'x-page': 'one' }) }));
    await waitFor(() => expect(followed.states).toEqual(['connecting', 'live']));
    const firstSeq = server.host.events.seq + 1;
    await server.host.disable('chat');
    await waitFor(() => expect(followed.events.at(-1)).toMatchObject(endOf('disable')));
    const lastSeen = followed.events.at(-1)?.id;
    const admit = server.refuse('/events');
    server.cutConnections();
    await server.host.enable('chat');
    admit();
    await waitFor(() => expect(followed.events.at(-1)).toMatchObject(endOf('enable')));
    const resumption = server.requests.findLast(({ path }) => path.endsWith('/events'));
    expect(resumption?.headers).toMatchObject({ 'last-event-id': lastSeen, 'x-page': 'one' });
    // entries of the audit log and changes of health are topics of their own, in the same sequence
    const sent = (server.host.events.since(firstSeq - 1) ?? []).filter(
      ({ type }) => !['plugin:audit', 'plugin:health'].includes(type),
    );
    expect(followed.events.map(({ seq }) => seq)).toEqual(sent.map(({ seq }) => seq));
    expect(followed.resets()).toBe(0);
  });

  it('says so when events were missed for good', async () => {
    const first = await startPluginServer({ plugins: { chat: { 'index.js': works } } });
    const followed = follow(createPluginClient({ baseUrl: first.baseUrl }));
    await waitFor(() => expect(followed.states).toContain('live'));
    await first.host.disable('chat');
    await first.host.enable('chat');
    await waitFor(() => expect(followed.events.at(-1)).toMatchObject(endOf('enable')));
    await first.close();
    await startPluginServer({ folder: first.folder, port: first.port });
    await waitFor(() => expect(followed.resets()).toBe(1));
  });

  it('is offline while the server refuses, and comes back by itself', async () => {
    const server = await startPluginServer();
    const admit = server.refuse('/events');
    const followed = follow(createPluginClient({ baseUrl: server.baseUrl }));
    await waitFor(() => expect(followed.states).toEqual(['connecting', 'offline']));
    admit();
    await waitFor(() => expect(followed.states).toEqual(['connecting', 'offline', 'live']));
  });

  it('waits longer and longer for a server that is away, but never more than 15 seconds', async () => {
    vi.useFakeTimers();
    const attempts: number[] = [];
    const fetch = async (): Promise<Response> => {
      attempts.push(Date.now());
      throw new TypeError('fetch failed');
    };
    const followed = follow(createPluginClient({ fetch }));
    await vi.advanceTimersByTimeAsync(120_000);
    followed.stop();
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(8);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(15_000);
    expect(pauses[0]).toBeLessThanOrEqual(500);
    expect(pauses.slice(5).every((pause) => pause >= 7_500)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(pauses.length + 1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives a connection up on which nothing has been heard for 45 seconds', async () => {
    vi.useFakeTimers();
    let opened = 0;
    const fetch = async (_input: unknown, init?: RequestInit): Promise<Response> => {
      opened += 1;
      const body = new ReadableStream<Uint8Array>({
        start: (stream) => init?.signal?.addEventListener('abort', () => stream.error(new Error('aborted'))),
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const followed = follow(createPluginClient({ fetch }));
    await vi.advanceTimersByTimeAsync(44_000);
    expect(followed.states).toEqual(['connecting', 'live']);
    expect(opened).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(followed.states).toEqual(['connecting', 'live', 'connecting', 'live']);
    followed.stop();
    expect(opened).toBe(2);
  });
});

interface Followed {
  readonly events: LiveEvent[];
  readonly states: ConnectionState[];
  resets(): number;
  stop(): void;
}

function follow(client: PluginClient): Followed {
  const events: LiveEvent[] = [];
  const states: ConnectionState[] = [];
  let resets = 0;
  const stop = client.follow({
    onEvent: (event) => void events.push(event),
    onReset: () => (resets += 1),
    onConnection: (state) => void states.push(state),
  });
  onTestFinished(stop);
  return { events, states, resets: () => resets, stop };
}

async function failureOf(call: Promise<unknown>): Promise<PluginApiError> {
  const error: unknown = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(PluginApiError);
  return error as PluginApiError;
}

/** A server that answers as it is told. */
async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/api/plugins`;
}
