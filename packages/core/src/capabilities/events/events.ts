import type { z } from 'zod';
import { describeError } from '../../errors/describe-error.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import { issuesOf } from '../../errors/json-pointer.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import type { Json } from '../../protocol/json.ts';
import type { Undo } from '../../scope/scope.ts';
import type { Capability, CapabilitySession } from '../capability.ts';
import { requireFunction } from '../require-function.ts';
import type { EventBus } from './event-bus.ts';
import { payloadSchema } from './payload-schema.ts';

/** Hears one event. */
export type PluginEventListener = (data: unknown, event: string) => unknown;

/** A listener that knows what its event carries. */
type GivenListener = (data: never, event: string) => unknown;

/** Events between plugins and with the host. */
export interface EventsSlice {
  on(event: string, handler: GivenListener): Undo;
  once(event: string, handler: GivenListener): Undo;
  off(event: string, handler: GivenListener): void;
  emit(event: string, data?: unknown): number;
  emitTyped(event: string, data?: unknown): number;
  getDeclaredEvents(): PluginManifest['events'];
}

/** Hears of each event that was not delivered to a plugin, as `inFlight` of its calls for events had not ended. */
export type DroppedEventListener = (plugin: string, event: string, inFlight: number) => void;

export interface EventsOptions {
  readonly bus: EventBus;
  readonly onMismatch: 'throw' | 'warn';
  readonly onDropped: DroppedEventListener;
}

/** Each call keeps what it was called with: with more of them in flight, listeners that hang would fill the memory. */
const mostInFlight = 10_000;

/** Lets plugins speak and listen on the host's bus. A listener that fails is recorded against its plugin only. */
export function events({ bus, onMismatch, onDropped }: EventsOptions): Capability<EventsSlice> {
  return {
    name: 'events',
    create(session) {
      const { release, gate, logger } = session;
      const refuse = (error: PluginError): void => {
        if (onMismatch === 'throw') throw error;
        logger.warn({ err: error }, error.message);
      };
      const subscriptions = new Subscriptions(session, bus, onDropped);
      const emit = (event: string, data: unknown): number => {
        const heard = bus.emit(event, data, release.plugin);
        gate.meter.count('eventsEmitted');
        return heard;
      };
      const declared = release.manifest.events;
      const checks = new Map<string, z.ZodType>();
      return {
        on: (event, handler) => subscriptions.add(event, handler as PluginEventListener, false),
        once: (event, handler) => subscriptions.add(event, handler as PluginEventListener, true),
        off: (event, handler) => subscriptions.remove(event, handler as PluginEventListener),
        emit: (event, data) => emit(event, data),
        emitTyped(event, data) {
          const declaration = Object.hasOwn(declared, event) ? declared[event] : undefined;
          if (!declaration) {
            refuse(undeclared(release.plugin, event, Object.keys(declared)));
            return emit(event, data);
          }
          const check = checks.get(event) ?? compile(release.plugin, event, declaration.payload);
          checks.set(event, check);
          const result = check.safeParse(data);
          if (!result.success) refuse(mismatch(gate.owner.plugin, event, result.error.issues));
          return emit(event, data);
        },
        getDeclaredEvents: () => structuredClone(declared),
      };
    },
  };
}

class Subscriptions {
  readonly #session: CapabilitySession;
  readonly #bus: EventBus;
  readonly #onDropped: DroppedEventListener;
  readonly #undos = new Map<string, Map<PluginEventListener, Undo[]>>();

  constructor(session: CapabilitySession, bus: EventBus, onDropped: DroppedEventListener) {
    this.#session = session;
    this.#bus = bus;
    this.#onDropped = onDropped;
  }

  add(event: string, handler: PluginEventListener, once: boolean): Undo {
    const { release, scope, gate } = this.#session;
    requireFunction(handler, `${once ? 'once' : 'on'}(${JSON.stringify(event)})`, release.plugin);
    const label = `event ${event}`;
    const remove = scope.whenLive(
      label,
      () =>
        this.#bus.on(event, (data, name) => {
          const inFlight = gate.meter.inFlight('event');
          if (inFlight >= mostInFlight) return this.#onDropped(release.plugin, event, inFlight);
          if (once) undo();
          gate.fire('event', label, () => handler(data, name));
        }),
      () => this.#forget(event, handler, undo),
    );
    const undo = (): void => remove();
    const handlers = this.#undos.get(event) ?? new Map<PluginEventListener, Undo[]>();
    this.#undos.set(event, handlers.set(handler, [...(handlers.get(handler) ?? []), undo]));
    return undo;
  }

  remove(event: string, handler: PluginEventListener): void {
    const undos = this.#undos.get(event)?.get(handler) ?? [];
    for (const undo of undos) undo();
  }

  #forget(event: string, handler: PluginEventListener, undo: Undo): void {
    const handlers = this.#undos.get(event);
    const left = handlers?.get(handler)?.filter((candidate) => candidate !== undo) ?? [];
    if (left.length > 0) handlers?.set(handler, left);
    else handlers?.delete(handler);
    if (handlers?.size === 0) this.#undos.delete(event);
  }
}

/** Made at the first use: a declaration that cannot be checked against is no reason not to run the plugin. */
function compile(plugin: string, event: string, payload: Json | undefined): z.ZodType {
  try {
    return payloadSchema(payload);
  } catch (cause) {
    const message = `Plugin "${plugin}" declares the event "${event}" with a payload that cannot be checked against: ${describeError(cause)}`;
    throw new PluginError('EVENT_PAYLOAD_INVALID', message, { plugin, cause });
  }
}

function undeclared(plugin: string, event: string, declared: readonly string[]): PluginError {
  const others = declared.length > 0 ? declared.map((name) => `"${name}"`).join(', ') : 'none';
  const message = `Plugin "${plugin}" does not declare the event "${event}"; it declares ${others}.`;
  return new PluginError('EVENT_PAYLOAD_INVALID', message, {
    plugin,
    hint: `Declare it in plugin.json: "events": { "${event}": { "payload": … } }.`,
  });
}

function mismatch(
  plugin: string,
  event: string,
  found: readonly { path: PropertyKey[]; message: string }[],
): PluginError {
  const issues = issuesOf(found);
  const text = issues.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ');
  return new PluginError(
    'EVENT_PAYLOAD_INVALID',
    `Plugin "${plugin}" emitted "${event}" with another payload than declared: ${text}`,
    {
      plugin,
      issues,
    },
  );
}
