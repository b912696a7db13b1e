import type { HttpGateway } from '../../ports/http-gateway.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability } from '../capability.ts';
import type { PluginMiddleware, PluginRouteOptions } from '../../ports/http-types.ts';

/** HTTP routes of the plugin, and middleware in front of them. */
export interface RoutesSlice {
  registerRoute(options: PluginRouteOptions): Undo;
  registerMiddleware(handler: PluginMiddleware, options?: { readonly scope?: 'global' | 'route' }): Undo;
}

/** Lets plugins answer HTTP requests through the gateway. */
export function routes(gateway: HttpGateway): Capability<RoutesSlice> {
  return {
    name: 'routes',
    create({ release: { plugin, manifest }, scope, gate, generation }) {
      const { maxConcurrentRequests } = manifest.limits;
      const table = gateway.openTable({ plugin, generation, gate, maxConcurrentRequests });
      scope.whenLive('route table', () => table.mount());
      return {
        registerRoute(options) {
          const route = table.prepareRoute(options);
          return scope.whenLive(
            route.label,
            () => route.start(),
            () => route.forget(),
          );
        },
        registerMiddleware(handler) {
          const middleware = table.prepareMiddleware(handler);
          return scope.whenLive(
            middleware.label,
            () => middleware.start(),
            () => middleware.forget(),
          );
        },
      };
    },
  };
}
