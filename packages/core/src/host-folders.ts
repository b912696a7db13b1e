import type { PluginConfigs } from './capabilities/config/plugin-configs.ts';
import type { PluginGrants } from './capabilities/permissions/plugin-grants.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { HostHealthParts } from './host-health.ts';
import type { HostRecords } from './host-records.ts';
import { recoverStores, type HostResilience } from './host-resilience.ts';
import { DataMigrations } from './lifecycle/data-migrations.ts';
import { knownQuarantine } from './lifecycle/fatal-start.ts';
import type { BuildGeneration } from './lifecycle/generation-factory.ts';
import { PluginIntake, type PluginIntakeOptions } from './lifecycle/plugin-intake.ts';
import type { PluginRegistry } from './lifecycle/plugin-registry.ts';
import { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import type { PluginRelations } from './lifecycle/plugin-relations.ts';
import type { ReleaseKeeper } from './lifecycle/release-keeper.ts';
import type { ConfigCommands } from './operations/config-commands.ts';
import { DataCommands } from './operations/data-commands.ts';
import { FolderUpkeep } from './operations/folder-upkeep.ts';
import type { HostData } from './operations/host-data.ts';
import type { PluginConsent } from './operations/plugin-consent.ts';
import type { PluginRecord } from './ports/plugin-store.ts';

export interface HostFoldersOptions {
  readonly options: ResolvedHostOptions;
  readonly records: HostRecords;
  readonly health: HostHealthParts;
  readonly resilience: HostResilience;
  readonly registry: PluginRegistry;
  readonly keeper: ReleaseKeeper;
  readonly configs: PluginConfigs;
  readonly config: ConfigCommands;
  readonly consent: PluginConsent;
  readonly grants: PluginGrants;
  readonly relations: PluginRelations;
  readonly data: HostData;
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
  /** Throws `PLUGIN_NOT_FOUND`, `HOST_CLOSED`. */
  readonly find: (plugin: string) => PluginSupervisor;
  readonly build: BuildGeneration;
  readonly start: (supervisors: readonly PluginSupervisor[]) => Promise<void>;
}

/** What looks after the plugins folder, and after what its plugins have stored. */
export interface HostFolders {
  readonly upkeep: FolderUpkeep;
  readonly data: DataCommands;
}

/**
 * Puts together what takes plugins in from their folders, and tells the other parts what their records say, also when the
 * store was away.
 */
export function hostFolders(parts: HostFoldersOptions): HostFolders {
  const { options, records, configs, consent, grants, data, onFailure, registry, start } = parts;
  const migrations = new DataMigrations({ data, journal: records.trail, onFailure });
  const onRecord = (record: PluginRecord): Promise<void> => {
    records.announcer.know(record.name, record.installId);
    records.trail.know(record);
    records.tasks.know(record);
    grants.load(record.name, record.grants);
    migrations.know(record);
    return configs.load(record);
  };
  const initialGrants: PluginIntakeOptions['initialGrants'] = (manifest, enabled) => consent.initial(manifest, enabled);
  const { plugins: store } = options.stores;
  const intake = new PluginIntake({
    ...options,
    ...parts,
    store,
    audited: records.trail.together,
    initialGrants,
    onRecord,
    supervise: superviseBy(parts, migrations),
    onGone: forgetPlugin(parts, migrations),
  });
  const upkeep = new FolderUpkeep({ ...options, intake, registry, start });
  const reconsider = (): void => parts.relations.reconsider();
  recoverStores(parts.resilience, { ...parts, logger: options.logger, upkeep, reconsider });
  return { upkeep, data: new DataCommands({ ...parts, ...records, store, migrations }) };
}

/** Makes the supervisors of plugins that are taken in. */
function superviseBy(parts: HostFoldersOptions, migrations: DataMigrations): PluginIntakeOptions['supervise'] {
  const { options, records, resilience, relations, data } = parts;
  const { trail: journal, operations } = records;
  const shared = { ...options, ...resilience, journal, operations, admission: relations, indexes: data.indexes };
  return (releases, record) => {
    const quarantine = records.stalls.quarantineOf(record) ?? knownQuarantine(record, releases, shared);
    const { build } = parts;
    return new PluginSupervisor(releases, record.enabled, { ...shared, build, migrations, quarantine });
  };
}

/** Lets go of all that is known of a plugin whose folder is gone; what is stored of it stays. */
function forgetPlugin(parts: HostFoldersOptions, migrations: DataMigrations) {
  const { records, health, configs, grants, relations, data } = parts;
  return (plugin: string): void => {
    configs.forget(plugin);
    grants.forget(plugin);
    relations.reconsider();
    records.forget(plugin);
    health.monitor.forget(plugin);
    data.forget(plugin);
    migrations.forget(plugin);
    const reason = 'the folder is gone';
    records.trail.note({ plugin, type: 'plugin:unloaded', actor: 'system', reason, generation: null });
    records.trail.forget(plugin);
  };
}
