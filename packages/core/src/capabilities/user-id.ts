import type { PluginRequest } from '../ports/http-types.ts';

/**
 * The id of the user behind a request. Hosts are asked in JavaScript too: whatever is no text, `null` or a promise for
 * example, is nobody.
 */
export function userIdOf(
  users: { readonly userId: (request: PluginRequest) => string | undefined },
  request: PluginRequest,
): string | undefined {
  const id: unknown = users.userId(request);
  return typeof id === 'string' && id !== '' ? id : undefined;
}
