import type { ConfigTest, JsonObject, PluginGraph, PluginPermissions } from '@catalyst-plugins/core/protocol';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { onTestFinished } from 'vitest';

/** One change that arrived. */
export interface SeenChange {
  readonly method: string;
  /** Below the prefix. */
  readonly path: string;
  readonly ifMatch: string | undefined;
  readonly body: unknown;
}

/** An admin API in memory, for one plugin called `shop`: settings, permissions and the graph, in the shapes of the protocol. */
export interface AdminStandIn {
  readonly baseUrl: string;
  readonly changes: readonly SeenChange[];
  readonly permissions: { current: PluginPermissions };
  readonly graph: { current: PluginGraph };
  readonly test: { answer: ConfigTest };
  /** What `POST /enable` answers without `cascade` or `grant`: a problem. */
  readonly refuseSwitch: { current: { code: string; details: JsonObject } | undefined };
  /** Somebody else changes settings. */
  change(values: JsonObject): void;
  stored(): JsonObject;
  /** Tells that something has happened to the plugin. */
  announce(type: string): void;
}

const defaults: JsonObject = { title: 'Shop', pageSize: 20, region: 'eu', token: null };

interface Saved {
  readonly revision: number;
  readonly actor: string;
  readonly keys: string[];
  readonly values: JsonObject;
}

export async function startAdminStandIn(): Promise<AdminStandIn> {
  const app = fastify({ forceCloseConnections: true });
  const changes: SeenChange[] = [];
  const saved: Saved[] = [{ revision: 0, actor: 'host', keys: [], values: {} }];
  const streams = new Set<FastifyReply>();
  const permissions: AdminStandIn['permissions'] = { current: { permissions: [], pending: [] } };
  const graph: AdminStandIn['graph'] = { current: { nodes: [], edges: [], cycles: [] } };
  const test: AdminStandIn['test'] = { answer: { ok: true, errors: [], messages: [] } };
  const refuseSwitch: AdminStandIn['refuseSwitch'] = { current: undefined };
  let seq = 0;
  const announce = (type: string): void => {
    seq += 1;
    const event = { seq, type, plugin: 'shop', pluginId: 'p1', timestamp: new Date(0).toISOString(), data: {} };
    for (const { raw } of streams) raw.write(`id: ${seq}\nevent: plugin\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const latest = (): Saved => saved.at(-1) as Saved;
  const save = (actor: string, values: JsonObject): void => {
    const before = latest();
    const keys = Object.keys({ ...before.values, ...values }).filter((key) => before.values[key] !== values[key]);
    saved.push({ revision: before.revision + 1, actor, keys, values });
    announce('plugin:config-changed');
  };
  const shown = (values: JsonObject): JsonObject => {
    const config = { ...defaults, ...values };
    return { ...config, token: typeof config['token'] === 'string' ? { $secret: 'set' } : null };
  };
  const patched = (values: JsonObject, patch: JsonObject): JsonObject => ({ ...values, ...patch });
  const detail = (): object => ({
    name: 'shop',
    displayName: 'Shop',
    version: '1.0.0',
    state: 'active',
    enabled: true,
    rev: seq + 1,
    manifest: {},
    config: shown(latest().values),
    configRevision: latest().revision,
    registrations: [],
    leftBehind: [],
    retired: [],
  });
  const conflictFor = (request: FastifyRequest, next: JsonObject): JsonObject | undefined => {
    const expected = Number(/\d+/.exec(request.headers['if-match'] ?? '')?.[0] ?? latest().revision);
    if (expected === latest().revision) return undefined;
    const before = shown(saved.find(({ revision }) => revision === expected)?.values ?? {});
    const [theirs, yours] = [shown(latest().values), shown(next)];
    const keys = Object.keys(next).filter((key) => latest().values[key] !== next[key]);
    return {
      expected,
      actual: latest().revision,
      keys: keys.map((key) => ({
        key,
        before: before[key] ?? null,
        theirs: theirs[key] ?? null,
        yours: yours[key] ?? null,
      })),
    };
  };
  const ok = (data: unknown): object => ({ success: true, data });

  app.addHook('preHandler', async ({ method, url, headers, body }) => {
    if (method !== 'GET') changes.push({ method, path: url.slice(prefix.length), ifMatch: headers['if-match'], body });
  });
  await app.register(
    async (api) => {
      api.get('', () => ok([detail()]));
      api.get('/events', (_request, reply) => {
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
        reply.raw.write('retry: 1000\n\n');
        streams.add(reply);
        reply.raw.once('close', () => streams.delete(reply));
        return reply.hijack();
      });
      api.get('/shop', () => ok(detail()));
      api.get('/shop/config', () =>
        ok({
          revision: latest().revision,
          config: shown(latest().values),
          stored: Object.keys(latest().values),
          schema: {},
          fields: {},
          locked: [{ key: 'region', variable: 'SHOP_REGION' }],
          effect: 'hot',
          canTest: true,
        }),
      );
      api.put('/shop/config', (request, reply) => {
        const { config } = request.body as { config: JsonObject };
        if (config['pageSize'] === 0) {
          const errors = [{ pointer: '/pageSize', message: 'At least 1.' }];
          return refuse(reply, 422, { code: 'CONFIG_INVALID', errors });
        }
        const next = patched(latest().values, config);
        const details = conflictFor(request, next);
        if (details) return refuse(reply, 409, { code: 'CONFIG_CONFLICT', details });
        save('you', next);
        return ok(detail());
      });
      api.get('/shop/config/revisions', ({ query }) => {
        const { before = '1000', limit = '50' } = query as Record<string, string>;
        const older = saved.filter(({ revision }) => revision > 0 && revision < Number(before)).toReversed();
        return ok(older.slice(0, Number(limit)).map(({ values, ...record }) => ({ ...record, config: shown(values) })));
      });
      api.post('/shop/config/test', () => ok(test.answer));
      api.post('/shop/config/restore', (request) => {
        const { revision: to } = request.body as { revision: number };
        save('you', saved.find(({ revision }) => revision === to)?.values ?? {});
        return ok(detail());
      });
      api.get('/shop/grants', () => ok(permissions.current));
      api.put('/shop/grants', (request, reply) => {
        const { grant = [], revoke = [] } = request.body as { grant?: string[]; revoke?: string[] };
        if (grant.includes('no.such')) return refuse(reply, 400, { code: 'REQUEST_INVALID' });
        const state = (permission: string): object => {
          if (grant.includes(permission)) return { state: 'granted' };
          return revoke.includes(permission) ? { state: 'revoked' } : {};
        };
        const decided = permissions.current.permissions.map((one) => ({ ...one, ...state(one.permission) }));
        permissions.current = { ...permissions.current, permissions: decided };
        announce('plugin:granted');
        return ok(permissions.current);
      });
      api.get('/graph', () => ok(graph.current));
      api.post('/shop/enable', (request, reply) => {
        const { cascade, grant } = request.body as { cascade?: boolean; grant?: unknown };
        const refusal = cascade === true || grant !== undefined ? undefined : refuseSwitch.current;
        return refusal ? refuse(reply, 409, refusal) : ok(detail());
      });
    },
    { prefix },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as { port: number };
  return {
    baseUrl: `http://127.0.0.1:${port}${prefix}`,
    changes,
    permissions,
    graph,
    test,
    refuseSwitch,
    change: (values) => save('somebody', patched(latest().values, values)),
    stored: () => latest().values,
    announce,
  };
}

const prefix = '/api/plugins';

function refuse(
  reply: FastifyReply,
  status: number,
  problem: { readonly code: string; readonly [member: string]: unknown },
): FastifyReply {
  const text = { title: problem.code, status, detail: problem.code, hint: '', requestId: 'r', success: false };
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...text, error: problem.code, ...problem }));
}
