import { PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from '../problem.ts';
import type { MountedTables } from './mounted-tables.ts';
import type { PluginRoute, RouteMatch } from './plugin-route.ts';
import type { RouteTable } from './route-table.ts';

export interface RouteFinder {
  readonly host: PluginHost;
  readonly mounts: MountedTables<RouteTable>;
  /** The length of the prefix and its slash. */
  readonly offset: number;
}

/** Finds the route of a request, or answers it: unknown plugin or path 404, inactive plugin 503, other method 405. */
export function findRoute(request: FastifyRequest, reply: FastifyReply, finder: RouteFinder): RouteMatch | undefined {
  const { url = '' } = request.raw;
  const known = finder.mounts.routeOf(request.method, url);
  if (known !== undefined) return known;
  const query = url.indexOf('?', finder.offset);
  const end = query === -1 ? url.length : query;
  const slash = url.indexOf('/', finder.offset);
  const nameEnd = slash === -1 || slash > end ? end : slash;
  const name = url.slice(finder.offset, nameEnd);
  const table = finder.mounts.get(name);
  if (!table) {
    refuseInactive(name, reply, finder.host);
    return undefined;
  }
  const path = nameEnd === end ? '/' : url.slice(nameEnd, end);
  const match = table.match(request.method, path, request.headers);
  if (!match) refusePath({ table, path }, request, reply);
  else if (match.isStatic && query === -1) finder.mounts.remember(request.method, url, match);
  return match;
}

function refuseInactive(name: string, reply: FastifyReply, host: PluginHost): void {
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
export function refuseOverload({ plugin, load }: PluginRoute, reply: FastifyReply): void {
  const message = `Plugin "${plugin}" answers ${load.limit} requests already, which is its limit.`;
  const error = new PluginError('PLUGIN_OVERLOADED', message, { plugin });
  sendProblem(reply.header('retry-after', '1'), problemOf(error, reply.request.id));
}

function refusePath(
  { table, path }: { table: RouteTable; path: string },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
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
