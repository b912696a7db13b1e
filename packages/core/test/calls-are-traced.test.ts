import { SpanStatusCode, context, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection, type Probe } from './support/probe.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer('test');
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());
beforeEach(() => exporter.reset());

const demo = plugin(
  'demo',
  `export default {
    onLoad(ctx) {
      const own = async (name) => { await null; ctx.db.kept.tracer.startSpan(name).end(); };
      ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => { await own('mine'); return 1; } });
      ctx.scheduleTask('* * * * *', async () => { await own('in the task'); throw new Error('the password is ' + ctx.getConfig('password')); }, { name: 'clean' });
      ctx.on('said', () => own('in the listener'));
      ctx.onWebSocketMessage('ping', () => undefined);
      ctx.exposeApi('add', ({ a, b }) => a + b);
      ctx.db.kept.demo = ctx;
    },
    async onEnable(ctx) { await null; ctx.db.kept.tracer.startSpan('in the hook').end(); },
  };`,
  { config: { password: { type: 'password', default: 'none yet' } } },
);

interface Caller {
  callPluginApi(plugin: string, api: string, params: unknown): Promise<unknown>;
}

async function setUp(given: Tracer | undefined = tracer): Promise<TestHost & { readonly probe: Probe }> {
  const probe = createProbe();
  probe.kept['tracer'] = tracer;
  const test = await createTestHost({ db: probe, plugins: { demo }, ...(given ? { tracer: given } : {}) });
  return Object.assign(test, { probe });
}

function spans(): readonly ReadableSpan[] {
  return exporter.getFinishedSpans();
}

function spanOf(name: string): ReadableSpan {
  const [found] = spans().filter((span) => span.name === name);
  if (!found)
    throw new Error(
      `no span "${name}" among ${spans()
        .map((span) => span.name)
        .join(', ')}`,
    );
  return found;
}

function parentOf(name: string): string | undefined {
  const id = spanOf(name).parentSpanContext?.spanId;
  return spans().find((span) => span.spanContext().spanId === id)?.name;
}

describe('a host with a tracer', () => {
  it('makes a span of each call into a plugin, whatever kind it is, with plugin and generation', async () => {
    await using test = await setUp();
    await test.http.request('demo', 'GET', '/x');
    test.host.emit('said');
    test.sockets.deliver('ping', undefined, { id: 'client' });
    test.scheduler.tick();
    expect(await (test.probe.kept['demo'] as Caller).callPluginApi('demo', 'add', { a: 1, b: 2 })).toBe(3);
    await eventually(() => expect(spans().map(({ name }) => name)).toContain('demo task clean'));
    const kinds = spans().flatMap(({ name, attributes }) => {
      const { 'catalyst.call': kind, 'catalyst.plugin': about, 'catalyst.generation': generation } = attributes;
      return kind === undefined ? [] : [[name, kind, about, generation].join(' | ')];
    });
    expect(kinds.toSorted()).toEqual(
      [
        'demo GET /x | request | demo | 1',
        'demo api add | api | demo | 1',
        'demo event said | event | demo | 1',
        'demo loading its code | hook | demo | 1',
        'demo onEnable | hook | demo | 1',
        'demo onLoad | hook | demo | 1',
        'demo socket message ping | message | demo | 1',
        'demo task clean | task | demo | 1',
      ].toSorted(),
    );
    await test.expectNothingLeft();
  });

  it('is within the span of who asks, and spans of the plugin are within that', async () => {
    await using test = await setUp();
    await tracer.startActiveSpan('the request of the server', async (outer) => {
      await test.http.request('demo', 'GET', '/x');
      outer.end();
    });
    expect(parentOf('demo GET /x')).toBe('the request of the server');
    expect(parentOf('mine')).toBe('demo GET /x');
    test.host.emit('said');
    await eventually(() => expect(parentOf('in the listener')).toBe('demo event said'));
    expect(parentOf('in the hook')).toBe('demo onEnable');
  });

  it('makes a span of each command, with the hooks in it', async () => {
    await using test = await setUp();
    exporter.reset();
    await test.host.reload('demo');
    await eventually(() => expect(parentOf('demo onEnable')).toBe('demo reload'));
    expect(spanOf('demo reload').attributes).toMatchObject({
      'catalyst.operation': 'reload',
      'catalyst.outcome': 'ok',
    });
    await test.folder.write('demo', { 'index.js': 'export default { onLoad() { throw new Error("broken"); } };' });
    exporter.reset();
    await rejection(test.host.reload('demo'));
    expect(spanOf('demo reload').status).toMatchObject({ code: SpanStatusCode.ERROR });
    expect(spanOf('demo onLoad').status).toMatchObject({ code: SpanStatusCode.ERROR, message: 'broken' });
    await test.expectNothingLeft();
  });

  it('writes down errors, without the secrets of the plugin', async () => {
    await using test = await setUp();
    await test.host.updateConfig('demo', { password: 'open-sesame-42' });
    test.scheduler.tick();
    await eventually(() => expect(spanOf('demo task clean').status.code).toBe(SpanStatusCode.ERROR));
    const { status, events, attributes } = spanOf('demo task clean');
    expect(status.message).toContain('the password is');
    expect(events).toMatchObject([{ name: 'exception' }]);
    expect(JSON.stringify([status, events, attributes])).not.toContain('open-sesame');
  });

  it('runs plugins all the same when the tracer throws', async () => {
    const broken = {
      startActiveSpan(): never {
        throw new Error('no exporter');
      },
    };
    await using test = await setUp(broken as unknown as Tracer);
    expect(await test.http.request('demo', 'GET', '/x')).toBe(1);
    expect(test.host.summary('demo')?.state).toBe('active');
  });
});

it('a host without a tracer makes no span, and what plugins trace is theirs', async () => {
  await using test = await createTestHost({
    db: Object.assign(createProbe(), { kept: { tracer } }),
    plugins: { demo },
  });
  await test.http.request('demo', 'GET', '/x');
  expect(trace.getActiveSpan()).toBeUndefined();
  expect(spans().map(({ name }) => name)).toEqual(['in the hook', 'mine']);
});
