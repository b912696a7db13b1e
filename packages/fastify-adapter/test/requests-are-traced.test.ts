import { AsyncLocalStorage } from 'node:async_hooks';
import type { Tracer } from '@catalyst-plugins/core';
import { expect, test } from 'vitest';
import { onLoad, startServer } from './start-server.ts';

interface Span {
  readonly name: string;
  readonly parent: string | undefined;
  readonly attributes: Record<string, string | number>;
  status: { readonly code: number; readonly message?: string } | undefined;
  exception: string | undefined;
}

/** A tracer as OpenTelemetry has it, whose spans can be looked at. */
function createTracer(): {
  readonly tracer: Tracer;
  readonly ended: Span[];
  readonly active: () => string | undefined;
} {
  const ended: Span[] = [];
  const current = new AsyncLocalStorage<Span>();
  const tracer: Tracer = {
    startActiveSpan(name, { attributes }, run) {
      const parent = current.getStore()?.name;
      const span: Span = { name, parent, attributes: { ...attributes }, status: undefined, exception: undefined };
      return current.run(span, () =>
        run({
          setAttribute: (key, value) => (span.attributes[key] = value),
          setStatus: (status) => (span.status = status),
          recordException: ({ message }) => void (span.exception = message),
          end: () => void ended.push(span),
        }),
      );
    },
  };
  return { tracer, ended, active: () => current.getStore()?.name };
}

const base = '/api/plugins/demo';
const body = `
  const seen = (where) => globalThis.seen.push(where + ' in ' + globalThis.activeSpan());
  const route = (url, handler, more) => ctx.registerRoute({ method: 'GET', url, handler, ...more });
  route('/lean', async () => { await null; seen('handler'); return 'fine'; });
  route('/full', async () => { seen('handler'); return 'fine'; }, { preHandler: async () => { await null; seen('hook'); }, onSend: async () => { seen('reply'); } });
  route('/bad', async () => { throw new Error('bad'); });
  route('/gone', async () => { throw Object.assign(new Error('gone'), { statusCode: 410 }); });
`;

test('a request is one span, in which all of the plugin runs that it leads to', async () => {
  const { tracer, ended, active } = createTracer();
  const seen: string[] = [];
  Object.assign(globalThis, { seen, activeSpan: active });
  await using server = await startServer({ plugins: { demo: { 'index.js': onLoad(body) } }, host: { tracer } });
  for (const path of ['/lean', '/full', '/bad', '/gone?token=secret']) await (await server.fetch(base + path)).text();
  expect(seen).toEqual([
    'handler in demo GET /lean',
    'hook in demo GET /full',
    'handler in demo GET /full',
    'reply in demo GET /full',
  ]);
  const requests = (): Span[] => ended.filter(({ attributes }) => attributes['catalyst.call'] === 'request');
  await expect.poll(() => requests().length).toBe(4);
  const about = { 'catalyst.plugin': 'demo', 'catalyst.generation': 1, 'catalyst.call': 'request' };
  expect(requests()).toEqual([
    { name: 'demo GET /lean', attributes: { ...about, 'catalyst.outcome': '2xx' } },
    { name: 'demo GET /full', attributes: { ...about, 'catalyst.outcome': '2xx' } },
    {
      name: 'demo GET /bad',
      attributes: { ...about, 'catalyst.outcome': '5xx' },
      status: { code: 2, message: '5xx' },
      exception: 'bad',
    },
    { name: 'demo GET /gone', attributes: { ...about, 'catalyst.outcome': '4xx' } },
  ]);
});
