import { redactValue } from '../../errors/redact-value.ts';
import type { HttpGateway, SecretRedaction } from '../../ports/http-gateway.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability } from '../capability.ts';
import { recordingLogger, requestKeeper } from '../recording-logger.ts';
import { redactingLogger, type LoggedSecrets } from '../redacting-logger.ts';
import { userIdOf } from '../user-id.ts';
import type { PluginMiddleware, PluginRequest, PluginRouteOptions } from '../../ports/http-types.ts';

/** HTTP routes of the plugin, and middleware in front of them. */
export interface RoutesSlice {
  registerRoute(options: PluginRouteOptions): Undo;
  registerMiddleware(handler: PluginMiddleware, options?: { readonly scope?: 'global' | 'route' }): Undo;
}

/** How a host knows the user behind a request. */
interface Users {
  readonly userId: (request: PluginRequest) => string | undefined;
}

/** Lets plugins answer HTTP requests through the gateway. */
export function routes(gateway: HttpGateway, users: Users, secrets: LoggedSecrets): Capability<RoutesSlice> {
  return {
    name: 'routes',
    create({ release: { plugin, manifest }, scope, gate, generation, keeper }) {
      const { maxConcurrentRequests } = manifest.limits;
      const owner = { plugin, generation, gate, maxConcurrentRequests, secrets: redactionFor(plugin, secrets) };
      const ofRequests = requestKeeper(keeper);
      const recorded = <Lines extends Logger>(logger: Lines): Lines => recordingLogger(logger, ofRequests);
      const table = gateway.openTable({ ...owner, recorded, userIdOf: (request) => userIdOf(users, request) });
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

function redactionFor(plugin: string, secrets: LoggedSecrets): SecretRedaction {
  const isNeeded = (): boolean => secrets.has(plugin);
  const redact = (text: string): string => secrets.redact(plugin, text);
  return {
    isNeeded,
    redact: (thrown) => (isNeeded() ? redactValue(thrown, redact) : thrown),
    logger: (logger) => redactingLogger(logger, isNeeded, redact),
  };
}
