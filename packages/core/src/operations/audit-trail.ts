import { describeError } from '../errors/describe-error.ts';
import { PluginError, isPluginError } from '../errors/plugin-error.ts';
import type { JournalEntry, PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { AuditEntry, AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginStore } from '../ports/plugin-store.ts';
import { SerialQueues } from '../scope/serial-queues.ts';

export interface AuditTrailOptions {
  readonly store: PluginStore;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears what is true now. */
  readonly onAnnounce: (entry: Omit<JournalEntry, 'change'>) => void;
}

/** The only writer of the audit log: keeps each plugin's entries in order, and each change together with its entry. */
export class AuditTrail implements PluginJournal {
  readonly #options: AuditTrailOptions;
  readonly #queues = new SerialQueues();

  constructor(options: AuditTrailOptions) {
    this.#options = options;
  }

  async commit(entry: JournalEntry): Promise<void> {
    await this.#queues.run(entry.plugin, () => this.#write(entry));
  }

  note(entry: JournalEntry): void {
    this.#queues
      .run(entry.plugin, () => this.#write(entry))
      .catch((error: unknown) => {
        const details = { plugin: entry.plugin, type: entry.type, error: describeError(error) };
        this.#options.logger.warn(details, 'an audit entry could not be stored');
      });
    this.announce(entry);
  }

  announce(entry: Omit<JournalEntry, 'change'>): void {
    this.#options.onAnnounce(entry);
  }

  /** Resolves when everything noted so far was written or given up. */
  async flush(): Promise<void> {
    await this.#queues.settled();
  }

  async #write(entry: JournalEntry): Promise<void> {
    const { store, log, clock } = this.#options;
    const { plugin, type, actor, data = {} } = entry;
    const audit: AuditEntry = { plugin, type, actor, data, at: new Date(clock.now()) };
    try {
      if (entry.change) await store.update(plugin, entry.change, [audit]);
      else await log.append([audit]);
    } catch (error) {
      if (isPluginError(error)) throw error;
      throw new PluginError('STORE_UNAVAILABLE', `The change of plugin "${plugin}" could not be stored.`, {
        plugin,
        cause: error,
      });
    }
  }
}
