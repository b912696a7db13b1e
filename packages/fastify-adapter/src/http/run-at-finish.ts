import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PluginRoute } from './plugin-route.ts';
import { runSteps, type StepFunction } from './run-functions.ts';

/**
 * Runs the `onResponse` hooks of a route once the response was sent. Not a hook of our Fastify scope: Fastify would
 * then follow every response, which costs each request of each plugin more than all our other hooks together.
 */
// oxlint-disable-next-line max-params -- called for every request: an object for the arguments would be made each time
export function runAtFinish(
  route: PluginRoute,
  hooks: readonly StepFunction[],
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  measureTime(reply);
  reply.raw.once('finish', () => {
    route.gate.attribute(() =>
      runSteps(hooks, { request, reply, afterReply: true }, (error) => {
        if (error) request.log.error({ err: error }, 'an onResponse hook failed');
      }),
    );
  });
}

/** Fastify measures only where it follows the response itself, and hooks of this kind are there to read the time. */
function measureTime(reply: FastifyReply): void {
  if (reply.elapsedTime > 0) return;
  const startedAt = performance.now();
  Object.defineProperty(reply, 'elapsedTime', { configurable: true, get: () => performance.now() - startedAt });
}
