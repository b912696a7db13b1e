import { access } from './capabilities/access/access.ts';
import { config } from './capabilities/config/config.ts';
import type { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import { buildContext, type CapabilitySession } from './capabilities/capability.ts';
import { database } from './capabilities/database/database.ts';
import type { EventBus } from './capabilities/events/event-bus.ts';
import { events } from './capabilities/events/events.ts';
import { identity } from './capabilities/identity/identity.ts';
import { pluginLogger } from './capabilities/logger/plugin-logger.ts';
import { routes } from './capabilities/routes/routes.ts';
import { storage } from './capabilities/storage/storage.ts';
import { tasks } from './capabilities/tasks/tasks.ts';
import { websocket } from './capabilities/websocket/websocket.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { PluginContext } from './plugin/plugin-context.ts';
import type { HttpGateway } from './ports/http-gateway.ts';
import type { SocketGateway } from './ports/socket-gateway.ts';

/** The parts of a host that capabilities speak to. */
export interface CapabilityParts {
  readonly options: ResolvedHostOptions;
  readonly bus: EventBus;
  readonly configs: PluginConfigs;
  readonly http: HttpGateway;
  readonly sockets: SocketGateway;
}

/** Makes the function that builds a plugin's context; the compiler proves that the capabilities add up to it. */
export function contextBuilder(parts: CapabilityParts): (session: CapabilitySession) => PluginContext {
  const { options, bus, configs, http, sockets } = parts;
  const capabilities = [
    identity(),
    pluginLogger(configs.secrets),
    routes(http),
    websocket(sockets),
    tasks(options.scheduler),
    events(bus, options.eventMismatch),
    config(configs),
    storage({ documents: options.stores.documents, maxValueBytes: options.maxValueBytes }),
    database(options.db),
    access(options.users),
  ] as const;
  return (session) => buildContext(capabilities, session);
}
