import { PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AdminEndpoint } from '../admin/admin-endpoint.ts';
import type { AdminGuard } from '../admin/admin-guard.ts';
import { pluginInQuery } from '../admin/plugin-in-query.ts';
import { problemOfEndpoint, serveEndpoints } from '../admin/serve-endpoints.ts';
import { sendProblem } from '../problem.ts';
import { secondsNow } from './operations-endpoints.ts';
import { operationsSchemas } from './operations-schemas.ts';

/** The part of the operations API that a server has, and where. */
export interface OfferedOperations {
  readonly prefix: string;
  readonly endpoints: readonly AdminEndpoint[];
}

export interface OperationsRoutesOptions extends OfferedOperations {
  readonly host: PluginHost;
  readonly guard: AdminGuard;
}

/** Adds the operations API. */
export async function operationsRoutes(app: FastifyInstance, options: OperationsRoutesOptions): Promise<void> {
  const { host, prefix, endpoints, guard } = options;
  await app.register(
    async (scope) => {
      serveEndpoints(scope, { host, endpoints, guard, replyWithError });
      const named = new Set(endpoints.filter(({ query }) => query === operationsSchemas.query).map(({ path }) => path));
      scope.addHook('preParsing', async (request) => {
        const { url = '' } = request.routeOptions;
        if (named.has(url.slice(url.lastIndexOf('/'))) && !pluginInQuery(request))
          throw new PluginError('REQUEST_INVALID', 'Plugin name is required');
      });
    },
    { prefix },
  );
}

/** The problem says it to programs of today, the other members to those that were written for this API. */
function replyWithError(error: FastifyError | PluginError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOfEndpoint(error, request);
  const plugin = pluginInQuery(request);
  const about = plugin === undefined ? {} : { plugin };
  const told = { ...problem, ...about, message: problem.detail, timestamp: secondsNow() };
  return sendProblem(reply, told);
}
