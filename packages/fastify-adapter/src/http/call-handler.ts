import { isThenable } from '@catalyst-plugins/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PluginRoute } from './plugin-route.ts';
import type { RequestCall } from './request-call.ts';

/** Calls the handler of a plugin's route as the plugin's, and follows it until it has settled. */
// oxlint-disable-next-line max-params -- called for every request: an object for the arguments would be made each time
export function callHandler(
  route: PluginRoute,
  call: RequestCall,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  call.handlerBegins();
  try {
    const { gate, handler } = route;
    const { span } = call;
    const result =
      span === undefined ? gate.answer(handler, request, reply) : span.run(() => gate.answer(handler, request, reply));
    // a reply is thenable too; it settles when it was sent, which the response tells anyway
    if (result !== reply && isThenable(result)) return call.untilSettled(result);
    // sent here as Fastify would, so that the response has ended when we look at it
    if (result !== undefined && result !== reply) void reply.send(result);
    call.handlerSettled();
    return result === reply ? reply : undefined;
  } catch (error) {
    call.handlerSettled();
    throw error;
  }
}
