import { access } from './capabilities/access/access.ts';
import { ApiDirectory } from './capabilities/apis/api-directory.ts';
import { apis } from './capabilities/apis/apis.ts';
import { config } from './capabilities/config/config.ts';
import type { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import { collections } from './capabilities/collections/collections.ts';
import { buildContext, type CapabilitySession } from './capabilities/capability.ts';
import { database } from './capabilities/database/database.ts';
import type { EventBus } from './capabilities/events/event-bus.ts';
import { events, type DroppedEventListener } from './capabilities/events/events.ts';
import { identity } from './capabilities/identity/identity.ts';
import { pluginLogger } from './capabilities/logger/plugin-logger.ts';
import type { GrantReader } from './capabilities/grant-reader.ts';
import { routes } from './capabilities/routes/routes.ts';
import { storage } from './capabilities/storage/storage.ts';
import type { TaskRegister } from './capabilities/tasks/task-register.ts';
import { tasks } from './capabilities/tasks/tasks.ts';
import { websocket } from './capabilities/websocket/websocket.ts';
import type { DenialListener } from './capabilities/permission-check.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
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
  readonly registry: PluginRegistry;
  readonly grants: GrantReader;
  readonly tasks: TaskRegister;
  /** Hears of each use that a plugin had no permission for. */
  readonly onDenied: DenialListener;
  readonly onDropped: DroppedEventListener;
}

/** Makes the function that builds a plugin's context; the compiler proves that the capabilities add up to it. */
export function contextBuilder(parts: CapabilityParts): (session: CapabilitySession) => PluginContext {
  const { options, bus, configs, http, sockets, grants, onDenied } = parts;
  const { clock, users } = options;
  const directory = apiDirectory(parts);
  const documents = collections({ clock, maxDocumentBytes: options.maxValueBytes });
  const capabilities = [
    identity(),
    pluginLogger(configs.secrets),
    routes(http, users, configs.secrets),
    websocket(sockets),
    tasks({ scheduler: options.scheduler, register: parts.tasks }),
    events({ bus, onMismatch: options.eventMismatch, onDropped: parts.onDropped }),
    apis({ directory, clock, grants, onDenied }),
    config(configs),
    storage({ maxValueBytes: options.maxValueBytes }),
    documents,
    database({ ...options.database, grants, onDenied, members: (session) => ({ ...documents.create(session) }) }),
    access(users),
  ] as const;
  return (session) => buildContext(capabilities, session);
}

function apiDirectory({ registry, bus }: CapabilityParts): ApiDirectory {
  return new ApiDirectory({
    providerOf(plugin) {
      const supervisor = registry.get(plugin);
      return supervisor && { state: supervisor.state, isLive: supervisor.generation?.scope.isLive === true };
    },
    onStateChange: (listener) => bus.on('plugin:state', listener),
  });
}
