import type { PluginConfigs } from '../capabilities/config/plugin-configs.ts';
import { changedKeys } from '../capabilities/config/plugin-configs.ts';
import type { PluginGrants } from '../capabilities/permissions/plugin-grants.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { ConfigCommands } from './config-commands.ts';
import type { FolderUpkeep } from './folder-upkeep.ts';
import type { RememberedPlugins } from './remembered-plugins.ts';

export interface StoreRecoveryOptions {
  readonly remembered: RememberedPlugins;
  readonly registry: PluginRegistry;
  readonly configs: PluginConfigs;
  readonly config: ConfigCommands;
  readonly grants: PluginGrants;
  readonly upkeep: FolderUpkeep;
  readonly logger: Logger;
  readonly reconsider: () => void;
  readonly start: (supervisors: readonly PluginSupervisor[]) => Promise<void>;
}

/** Makes a host whole again whose store was away: what others have changed meanwhile is applied, what failed for it is tried again. */
export class StoreRecovery {
  readonly #options: StoreRecoveryOptions;

  constructor(options: StoreRecoveryOptions) {
    this.#options = options;
  }

  /** Throws `STORE_UNAVAILABLE` when the store is away again. `since` is when it was first missed. */
  async run(since: number): Promise<void> {
    const { remembered, registry, upkeep, reconsider, start } = this.#options;
    const records = await remembered.listStored();
    for (const record of records) {
      const supervisor = registry.get(record.name);
      if (supervisor) await this.#takeOver(record, supervisor);
    }
    reconsider();
    // plugins that the store has never seen could not be taken in
    await upkeep.scan();
    const failed = registry.all().filter(({ enabled, state, lastFailure }) => {
      return enabled && state === 'failed' && lastFailure !== undefined && lastFailure.at >= since;
    });
    await start(failed);
    await this.#noteStates();
  }

  async #takeOver(record: PluginRecord, supervisor: PluginSupervisor): Promise<void> {
    const { grants, logger } = this.#options;
    grants.load(record.name, record.grants);
    try {
      await this.#takeOverConfig(record, supervisor);
      if (record.enabled === supervisor.enabled) return;
      logger.warn({ plugin: record.name }, `the plugin was ${record.enabled ? 'enabled' : 'disabled'} elsewhere`);
      if (record.enabled) await supervisor.enable({ actor: 'system' });
      else await supervisor.disable({ actor: 'system', cascade: true });
    } catch (err) {
      // it is in the state of the plugin, and stops no other
      logger.warn({ plugin: record.name, err }, 'what was changed elsewhere could not be taken over');
    }
  }

  async #takeOverConfig(record: PluginRecord, supervisor: PluginSupervisor): Promise<void> {
    const { configs, config } = this.#options;
    const before = configs.stored(record.name);
    if (record.configRevision === before.revision) return;
    await configs.load(record);
    const { values, revision } = configs.stored(record.name);
    const keys = changedKeys(before.values, values);
    if (keys.length === 0) return;
    await config.ownChange({ plugin: record.name, keys, actor: 'system', revision, before: before.values });
    const hears = supervisor.generation?.has('onConfigChange') ?? false;
    if (!hears && supervisor.generation) await supervisor.reconfigure({ actor: 'system' }, async () => undefined);
  }

  /** The states in the store are for its readers, and those of the outage are not in it. */
  async #noteStates(): Promise<void> {
    const { remembered, registry } = this.#options;
    for (const { plugin, state, reason } of registry.all()) {
      const stored = await remembered.get(plugin);
      if (stored && stored.state !== state) await remembered.update(plugin, { state, reason: reason ?? null }, []);
    }
  }
}
