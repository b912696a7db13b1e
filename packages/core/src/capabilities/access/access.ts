import { PluginError } from '../../errors/plugin-error.ts';
import type { Capability } from '../capability.ts';
import { coversPermission } from '../covers-permission.ts';
import { userIdOf } from '../user-id.ts';
import type { PluginReply, PluginRequest } from '../../ports/http-types.ts';

/** How a host knows the users behind requests, by its own authentication. */
export interface UserAccess {
  /** The user's id, or `undefined` when nobody is signed in. */
  readonly userId: (request: PluginRequest) => string | undefined;
  /** The permissions of the user; `*` stands for all, `tickets.*` for all that begin with `tickets.`. */
  readonly permissions: (request: PluginRequest) => Iterable<string>;
}

/** A hook that lets a request pass or throws. */
export type PermissionHook = (request: PluginRequest, reply: PluginReply) => Promise<void>;

/** Who asks, and what they may. */
export interface AccessSlice {
  getUserId(request: PluginRequest): string | undefined;
  hasPermission(request: PluginRequest, ...anyOf: string[]): boolean;
  requirePermission(...anyOf: string[]): PermissionHook;
}

/** Lets plugins ask who a user is and what they may, in the words of the host. */
export function access(users: UserAccess): Capability<AccessSlice> {
  return {
    name: 'access',
    create({ release: { plugin } }) {
      const hasPermission = (request: PluginRequest, ...anyOf: string[]): boolean => {
        const held = [...users.permissions(request)];
        // authors pass lists too
        return anyOf.flat().some((permission) => coversPermission(held, permission));
      };
      return {
        getUserId: (request) => userIdOf(users, request),
        hasPermission,
        requirePermission:
          (...anyOf) =>
          async (request) => {
            if (userIdOf(users, request) === undefined) {
              throw new PluginError('UNAUTHENTICATED', `Plugin "${plugin}" answers this to signed-in users only.`, {
                plugin,
              });
            }
            if (anyOf.length === 0 || hasPermission(request, ...anyOf)) return;
            throw new PluginError('FORBIDDEN', `This needs the permission ${anyOf.join(' or ')}.`, { plugin });
          },
      };
    },
  };
}

/** Reads `request.user` as most authentication plugins leave it: `{ id, permissions }`. */
export const requestUserAccess: UserAccess = {
  userId(request) {
    const { id } = userOf(request);
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  },
  permissions(request) {
    const { permissions } = userOf(request);
    return Array.isArray(permissions) ? permissions.filter((permission) => typeof permission === 'string') : [];
  },
};

function userOf(request: object): { readonly id?: unknown; readonly permissions?: unknown } {
  const { user } = request as { readonly user?: unknown };
  return typeof user === 'object' && user !== null ? user : {};
}
