import type { FastifyReply } from 'fastify';
import type { PluginRoute } from './plugin-route.ts';
import type { Serializer } from './schema-compilers.ts';

/** Lets the route's own serialiser for the status make the text of the reply, if there is one. */
export function chooseSerializer(route: PluginRoute, reply: FastifyReply): void {
  const serializer = serializerFor(route, reply.statusCode);
  if (serializer !== undefined) void reply.serializer(serializer);
}

/** The same where no hook before the serialisation can choose: Fastify then leaves the content type to us as well. */
export function serializeLater(route: PluginRoute, reply: FastifyReply): void {
  void reply.serializer((payload: unknown) => {
    const type = String(reply.getHeader('content-type') ?? 'application/json');
    if (type.includes('json') && !type.includes('charset')) void reply.type(`${type}; charset=utf-8`);
    if (typeof payload === 'string') return payload;
    const serializer = serializerFor(route, reply.statusCode);
    if (serializer !== undefined) return serializer(payload);
    // back to Fastify's own, which it would ask us for otherwise
    void reply.serializer(null as never);
    return reply.serialize(payload) as string;
  });
}

function serializerFor({ serializers }: PluginRoute, statusCode: number): Serializer | undefined {
  if (serializers === undefined) return undefined;
  const ofClass = `${Math.trunc(statusCode / 100)}xx`;
  return serializers.get(statusCode) ?? serializers.get(ofClass) ?? serializers.get('default');
}
