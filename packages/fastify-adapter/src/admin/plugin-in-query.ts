import type { FastifyRequest } from 'fastify';

/** Which plugin a request names as the operations API does, by `?plugin=`. */
export function pluginInQuery({ query }: FastifyRequest): string | undefined {
  const { plugin } = query as { readonly plugin?: string | readonly string[] };
  return typeof plugin === 'string' && plugin !== '' ? plugin : undefined;
}
