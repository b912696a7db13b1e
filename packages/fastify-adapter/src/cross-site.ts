import { PluginError } from '@catalyst-plugins/core';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses what another site makes a browser send: changes, and sockets, which browsers open across sites with cookies.
 * Programs that are no browsers send no origin and pass. Throws `CROSS_SITE_REFUSED`.
 */
export function refuseCrossSite(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  const { origin, 'sec-fetch-site': fetchSite } = request.headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return;
  if (fetchSite !== 'cross-site' && (origin === undefined || isSameHost(origin, request.host))) return;
  throw new PluginError('CROSS_SITE_REFUSED', `This may not be asked for by ${origin ?? 'another site'}.`);
}

/** Refuses bodies of types that forms of other sites can send. Throws `MEDIA_TYPE_UNSUPPORTED`. */
export function refuseFormBody({ headers: { 'content-type': contentType } }: FastifyRequest): void {
  if (contentType === undefined || /^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) return;
  const message = `The body is ${contentType.split(';', 1)[0]}; JSON was expected.`;
  throw new PluginError('MEDIA_TYPE_UNSUPPORTED', message);
}

function isSameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
