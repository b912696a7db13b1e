import type { RouteAuthentication } from '@catalyst-plugins/fastify';
import type { PanelUser, Settings } from './settings.ts';
import { tokenDigest } from './token-digest.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in, for plugins. */
    user: PanelUser | null;
  }
}

/** Signs in who sends the token of a user of the panel, or the administrator's, who may do everything. */
export function authenticateByToken({
  adminToken,
  users,
}: Pick<Settings, 'adminToken' | 'users'>): RouteAuthentication {
  const everybody: readonly (readonly [string, PanelUser])[] = [
    ...users,
    [adminToken, { id: 'admin', permissions: ['*'] }],
  ];
  const known = new Map(everybody.map(([token, user]) => [tokenDigest(token).toString('hex'), user]));
  return (request) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return;
    const user = known.get(tokenDigest(authorization.replace(/^Bearer +/i, '')).toString('hex'));
    if (!user) throw Object.assign(new Error('Nobody has that token.'), { statusCode: 401 });
    request.user = user;
  };
}
