import type { PluginRoute } from './plugin-route.ts';

/**
 * What a route needs of Fastify before and after its handler: `plain` nothing, `shaped` the parameters of its url and
 * its serialisers, `checked` its validators as well, `full` every step. Most routes need little, and each step that
 * Fastify takes for all routes costs each of them.
 */
export type RouteKind = 'plain' | 'shaped' | 'checked' | 'full';

export const leanKinds = ['plain', 'shaped', 'checked'] as const;

/** The least that answers a request to the route. */
export function kindOfRoute(
  route: PluginRoute,
  { defaultBodyLimit }: { readonly defaultBodyLimit: number },
): RouteKind {
  const hasOwnSteps = route.hasHooks || route.errorHandler !== undefined || route.middleware.steps.length > 0;
  if (route.authenticate !== undefined) return 'full';
  if (hasOwnSteps || route.attachValidation || route.bodyLimit !== defaultBodyLimit) return 'full';
  if (route.validators !== undefined) return 'checked';
  return route.serializers !== undefined || dynamicUrl.test(route.url) ? 'shaped' : 'plain';
}

/** A url without these characters has no parameters. */
export const dynamicUrl = /[:*(]/;
