import { PluginError } from '@catalyst-plugins/core';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses changes that another site makes a browser send: by their origin, and by content types that forms can send.
 * Throws `CROSS_SITE_REFUSED` or `MEDIA_TYPE_UNSUPPORTED`.
 */
export function refuseCrossSite(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  const { origin, 'sec-fetch-site': fetchSite, 'content-type': contentType } = request.headers;
  const allowed = origin !== undefined && allowedOrigins.includes(origin);
  if (!allowed && (fetchSite === 'cross-site' || (origin !== undefined && !isSameHost(origin, request.host)))) {
    throw new PluginError('CROSS_SITE_REFUSED', `A change may not come from ${origin ?? 'another site'}.`);
  }
  if (contentType !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(contentType)) {
    throw new PluginError('MEDIA_TYPE_UNSUPPORTED', `The body is ${contentType.split(';', 1)[0]}; JSON was expected.`);
  }
}

function isSameHost(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
