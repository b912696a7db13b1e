import { expositionContentType, PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';

/** Where Prometheus finds what the host counts. */
export interface MetricsOptions {
  /** Default `/metrics`. */
  readonly path?: string;
  /** Says whether a request may read it; everybody may when absent. There are no secrets in it, but names of plugins. */
  readonly authorize?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

/** Adds the route that Prometheus reads, where it is wanted. Throws `OPTIONS_INVALID`. */
export function serveMetrics(
  app: FastifyInstance,
  host: PluginHost,
  options: MetricsOptions | boolean | undefined,
): void {
  if (options === undefined || options === false) return;
  const { path = '/metrics', authorize } = options === true ? {} : options;
  if (typeof path !== 'string' || !/^\/[^?#*:]+$/.test(path))
    throw new PluginError('OPTIONS_INVALID', `metrics.path: ${JSON.stringify(path)} is not a path like "/metrics".`);
  if (authorize !== undefined && typeof authorize !== 'function')
    throw new PluginError('OPTIONS_INVALID', 'metrics.authorize: expected a function (request).');
  app.get(path, async (request, reply) => {
    if (authorize && !(await authorize(request))) {
      const error = new PluginError('UNAUTHENTICATED', 'The metrics are not for everybody.');
      return sendProblem(reply, problemOf(error, request.id));
    }
    return reply.header('cache-control', 'no-store').type(expositionContentType).send(host.metrics.prometheus());
  });
}
