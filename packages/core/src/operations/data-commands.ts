import type { DataMigrations } from '../lifecycle/data-migrations.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import { giverOf, type CommandOrigin } from '../ports/audit-note.ts';
import type { PluginStore } from '../ports/plugin-store.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { HostAudit } from './host-audit.ts';
import type { HostData } from './host-data.ts';

export interface DataCommandsOptions {
  readonly store: PluginStore;
  readonly data: HostData;
  readonly migrations: DataMigrations;
  readonly trail: AuditTrail;
  readonly audit: HostAudit;
  /** Throws `PLUGIN_NOT_FOUND`, `HOST_CLOSED`. */
  readonly find: (plugin: string) => PluginSupervisor;
}

/** What administrators do with what plugins have stored. */
export class DataCommands {
  readonly #options: DataCommandsOptions;

  constructor(options: DataCommandsOptions) {
    this.#options = options;
  }

  /** Deletes values and documents of a plugin that is off, for good. */
  async clear(plugin: string, origin: CommandOrigin = {}): Promise<void> {
    const { audit, find } = this.#options;
    await audit.follow({ ...origin, type: 'plugin:data-clear-failed', plugin }, () =>
      find(plugin).whileOff(() => this.#clear(plugin, origin)),
    );
  }

  async #clear(plugin: string, origin: CommandOrigin): Promise<void> {
    const { store, data, migrations, trail } = this.#options;
    const entry = { plugin, type: 'plugin:data-cleared', ...giverOf(origin) } as const;
    const record = await trail.together(plugin, [entry], (entries) => store.clearData(plugin, entries));
    data.forget(plugin);
    migrations.know(record);
    trail.announce(entry);
  }
}
