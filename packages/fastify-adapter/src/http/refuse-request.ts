import { isPluginError, PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';
import type { PluginRoute } from './plugin-route.ts';
import type { RouteTable } from './route-table.ts';

/** Answers a request to a plugin that does not answer itself: 404 if there is none, else 503. */
export function refuseInactive(name: string, reply: FastifyReply, host: PluginHost): void {
  host.metrics.refused(name, 'inactive');
  const summary = host.summary(name);
  const id = reply.request.id;
  if (!summary) {
    const error = new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
    return void sendProblem(reply, problemOf(error, id));
  }
  const why = summary.reason ? `: ${summary.reason.message}` : '.';
  const error = new PluginError('PLUGIN_NOT_ACTIVE', `Plugin "${name}" is ${summary.state}${why}`, {
    plugin: name,
    hint: summary.reason?.hint,
  });
  const comesBack = ['loading', 'reloading', 'retrying', 'draining'].includes(summary.state);
  if (comesBack) void reply.header('retry-after', '1');
  sendProblem(reply, problemOf(error, id));
}

/** Answers a request that the plugin has no room for. */
export function refuseOverload({ plugin, load, gate }: PluginRoute, reply: FastifyReply): void {
  gate.refuse('overloaded');
  const message = `Plugin "${plugin}" answers ${load.limit} requests already, which is its limit.`;
  const error = new PluginError('PLUGIN_OVERLOADED', message, { plugin });
  sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
}

/** Answers a request to a path that the plugin does not have: 405 with the methods it has there, else 404. */
export function refusePath(
  { table, path }: { table: RouteTable; path: string },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  table.gate.refuse('no-route');
  const allowed = table.allowedMethods(path, request.headers);
  const { plugin } = table;
  if (allowed.length > 0) {
    void reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return void reply.code(204).send();
    const message = `Plugin "${plugin}" answers ${path} to ${allowed.join(', ')}, not to ${request.method}.`;
    return void sendProblem(reply, problemOf(new PluginError('METHOD_NOT_ALLOWED', message, { plugin }), request.id));
  }
  const error = new PluginError('ROUTE_NOT_FOUND', `Plugin "${plugin}" has no route ${request.method} ${path}.`, {
    plugin,
  });
  sendProblem(reply, problemOf(error, request.id));
}

/** Answers a request whose route has changed too much since it began; trying again leads to the new one. */
export function refuseChanged({ plugin, label, gate }: PluginRoute, reply: FastifyReply): void {
  gate.refuse('changed');
  const message = `Plugin "${plugin}" was reloaded while the request arrived, and ${label} has other hooks now.`;
  const error = new PluginError('PLUGIN_NOT_ACTIVE', message, { plugin });
  sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
}

/** Answers a request of a user who is missing or may not do that; `undefined` for every other error. */
export function refuseUser(error: unknown, reply: FastifyReply): FastifyReply | undefined {
  if (!isPluginError(error) || (error.code !== 'UNAUTHENTICATED' && error.code !== 'FORBIDDEN')) return undefined;
  // a 401 has to name a way in; a host with another one sets the header itself
  if (error.status === 401 && !reply.hasHeader('www-authenticate')) void reply.header('www-authenticate', 'Bearer');
  return sendProblem(reply, problemOf(error, reply.request.id));
}
