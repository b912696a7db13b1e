import { PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { HostHealth } from '@catalyst-plugins/core/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where orchestrators and load balancers ask; `false` leaves one out. */
export interface ProbeOptions {
  /** How the host is, 503 when it is of no use; default `/health`. */
  readonly health?: string | false;
  /** Whether requests should be sent here, else 503; default `/ready`. */
  readonly ready?: string | false;
  /** Whether the process can answer at all; default `/live`. */
  readonly live?: string | false;
}

export interface ProbeParts {
  readonly host: PluginHost;
  readonly options: ProbeOptions | boolean | undefined;
  /** Whether somebody may read of single plugins; nobody may when absent. */
  readonly mayReadDetails: ((request: FastifyRequest) => Promise<boolean>) | undefined;
}

/**
 * Adds the probes that are wanted. They are cheap, need no credentials, and tell everybody numbers and states, no names and
 * no errors. Throws `OPTIONS_INVALID`.
 */
export function serveProbes(app: FastifyInstance, { host, options, mayReadDetails }: ProbeParts): void {
  if (options === undefined || options === false) return;
  const { health = '/health', ready = '/ready', live = '/live' } = options === true ? {} : options;
  const add = (name: keyof ProbeOptions, path: string | false, answer: Answer): void => {
    if (path === false) return;
    if (!/^\/[^?#*:]+$/.test(path))
      throw new PluginError(
        'OPTIONS_INVALID',
        `probes.${name}: ${JSON.stringify(path)} is not a path like "/${name}".`,
      );
    // they come every few seconds, so that they would fill the log
    app.get(path, { logLevel: 'warn' }, (request, reply) => answer(request, reply.header('cache-control', 'no-store')));
  };
  add('live', live, () => ({ status: 'live' }));
  add('ready', ready, (_request, reply) => {
    const status = readiness(host.health.overall());
    return reply.code(status === 'ready' ? 200 : 503).send({ status });
  });
  add('health', health, async (request, reply) => {
    const overall = host.health.overall();
    const details = (await mayReadDetails?.(request)) ? { notWell: notWell(host), store: overall.store } : {};
    return reply.code(overall.status === 'unhealthy' ? 503 : 200).send({ ...report(overall), ...details });
  });
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown;

function readiness({ phase, store }: HostHealth): 'ready' | 'starting' | 'stopping' | 'store-unavailable' {
  if (phase !== 'running') return phase;
  return store.available ? 'ready' : 'store-unavailable';
}

function report(overall: HostHealth): object {
  const { status, phase, uptimeMs, plugins, states, store, eventLoop, audit, isTainted, safeMode } = overall;
  return {
    status,
    phase,
    uptimeSeconds: Math.floor(uptimeMs / 1_000),
    plugins,
    states,
    database: store.available ? 'up' : 'down',
    eventLoop,
    tainted: isTainted,
    auditDropped: audit.dropped,
    safeMode: safeMode === true || (safeMode !== false && safeMode.length > 0),
  };
}

/** Disabled plugins are unknown and those that come up are on their way: neither is news. */
function notWell({ health }: PluginHost): object[] {
  return health
    .all()
    .filter(({ status }) => status === 'degraded' || status === 'unhealthy')
    .map(({ plugin, status, state, message }) => ({ plugin, status, state, message }));
}
