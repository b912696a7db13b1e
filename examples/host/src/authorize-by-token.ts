import { createHash, timingSafeEqual } from 'node:crypto';
import type { Authorize } from '@catalyst-plugins/fastify';

/** Lets in who knows the administrator's token: `Authorization: Bearer <token>`. */
export function authorizeByToken(token: string): Authorize {
  const expected = digest(token);
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) return 'unauthenticated';
    const given = digest(authorization.replace(/^Bearer +/i, ''));
    return timingSafeEqual(given, expected) ? { id: 'admin' } : 'forbidden';
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
