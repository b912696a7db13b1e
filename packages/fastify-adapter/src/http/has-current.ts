import type { FastifyRequest } from 'fastify';

/** Whether the reader has what it asks for already, by `If-None-Match`: tags that are weak or not are the same (RFC 9110, 13.1.2). */
export function hasCurrent(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match']?.split(',').map((tag) => strong(tag.trim())) ?? [];
  return known.includes(strong(etag)) || known.includes('*');
}

function strong(tag: string): string {
  return tag.replace(/^W\//, '');
}
