import { timingSafeEqual } from 'node:crypto';
import type { Authorize } from '@catalyst-plugins/fastify';
import { tokenDigest } from './token-digest.ts';

/** Lets in who knows the administrator's token: `Authorization: Bearer <token>`. */
export function authorizeByToken(token: string): Authorize {
  const expected = tokenDigest(token);
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) return 'unauthenticated';
    const given = tokenDigest(authorization.replace(/^Bearer +/i, ''));
    return timingSafeEqual(given, expected) ? { id: 'admin' } : 'forbidden';
  };
}
