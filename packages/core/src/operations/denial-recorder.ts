import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { PluginMeters } from './plugin-meters.ts';

/** Denials of one permission are written to the audit log once in this time; those in between are counted. */
const auditIntervalMs = 60_000;

export interface DenialRecorderOptions {
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly meters: PluginMeters;
}

interface Denials {
  readonly auditedAt: number;
  /** Those that were not written down on their own. */
  readonly since: number;
}

/** Writes down what plugins tried without the permission for it, so that one that tries all day fills no log. */
export class DenialRecorder {
  readonly #options: DenialRecorderOptions;
  readonly #denials = new Map<string, Map<string, Denials>>();

  constructor(options: DenialRecorderOptions) {
    this.#options = options;
  }

  readonly record = (plugin: string, permission: string, operation: string): void => {
    const { journal, clock, meters } = this.#options;
    meters.of(plugin).count('denials');
    const denials = this.#denials.get(plugin) ?? new Map<string, Denials>();
    this.#denials.set(plugin, denials);
    const last = denials.get(permission);
    const now = clock.now();
    if (last && now - last.auditedAt < auditIntervalMs) {
      denials.set(permission, { ...last, since: last.since + 1 });
      return;
    }
    denials.set(permission, { auditedAt: now, since: 0 });
    const data = { permission, operation, ...(last && last.since > 0 ? { deniedBefore: last.since } : {}) };
    journal.note({ plugin, type: 'plugin:permission-denied', actor: 'system', data });
  };

  forget(plugin: string): void {
    this.#denials.delete(plugin);
  }
}
