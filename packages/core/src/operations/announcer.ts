import type { EventBus } from '../capabilities/events/event-bus.ts';
import type { Announcement } from '../lifecycle/plugin-journal.ts';
import type { AuditEntry } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { PluginOperation } from '../protocol/plugin-operation.ts';
import type { LiveEvents } from './live-events.ts';

export interface AnnouncerOptions {
  readonly events: LiveEvents;
  readonly bus: EventBus;
  readonly clock: Clock;
}

/** Tells what happens to plugins: to readers of the live events, and to listeners on the host's bus. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #installIds = new Map<string, string>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Remembers the install id of a plugin, which every event names. */
  know(plugin: string, installId: string): void {
    this.#installIds.set(plugin, installId);
  }

  /** The install id of a plugin; empty while it is not known. */
  installIdOf(plugin: string): string {
    return this.#installIds.get(plugin) ?? '';
  }

  announce({ plugin, type, actor, data = {} }: Announcement): void {
    const { events, bus, clock } = this.#options;
    const about = { plugin, pluginId: this.installIdOf(plugin), timestamp: new Date(clock.now()).toISOString() };
    events.publish({ type, ...about, data: { ...data, actor } });
    bus.announce(type, { ...about, ...data });
  }

  /** Tells readers of the live events what is in the audit log now. */
  announceAudit(entries: readonly AuditEntry[]): void {
    for (const { plugin, type, actor, result = 'ok', reason = null, data, at } of entries) {
      const about = { plugin, pluginId: this.installIdOf(plugin), timestamp: at.toISOString() };
      this.#options.events.publish({ type: 'plugin:audit', ...about, data: { type, actor, result, reason, data } });
    }
  }

  announceOperation(operation: PluginOperation): void {
    const { plugin, actor } = operation;
    const data = { operation: operation as unknown as JsonObject };
    this.announce({ plugin, type: 'plugin:operation', actor, data });
  }
}
