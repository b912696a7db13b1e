import { PluginError, hasCode } from '../../errors/plugin-error.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import { mergeConfig, redactConfig, resolveConfig } from '../../manifest/plugin-configuration.ts';
import type { AuditEntry } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PluginStore } from '../../ports/plugin-store.ts';
import type { JsonObject } from '../../protocol/json.ts';

/** What was saved, for those who react to it. */
export interface ConfigChange {
  readonly plugin: string;
  /** Top-level keys whose values are different now. */
  readonly keys: readonly string[];
  readonly actor: string;
  readonly revision: number;
}

export interface PluginConfigsOptions {
  readonly store: PluginStore;
  readonly clock: Clock;
  /** Called after the change is durable and visible to `getConfig`. */
  readonly onChange: (change: ConfigChange) => void | Promise<void>;
}

interface StoredConfig {
  readonly values: JsonObject;
  readonly revision: number;
}

const attempts = 5;

/** The stored configurations of all plugins of a host, in memory for reading and saved through the store. */
export class PluginConfigs {
  readonly #options: PluginConfigsOptions;
  readonly #stored = new Map<string, StoredConfig>();
  readonly #saving = new Map<string, Promise<unknown>>();

  constructor(options: PluginConfigsOptions) {
    this.#options = options;
  }

  /** Takes over what the store holds for a plugin. */
  load(plugin: string, values: JsonObject, revision: number): void {
    this.#stored.set(plugin, { values, revision });
  }

  forget(plugin: string): void {
    this.#stored.delete(plugin);
  }

  /** Stored values over the defaults of the manifest; a copy that the caller may change. */
  resolved(manifest: PluginManifest): JsonObject {
    return structuredClone(resolveConfig(manifest, this.#stored.get(manifest.name)?.values ?? {}));
  }

  revision(plugin: string): number {
    return this.#stored.get(plugin)?.revision ?? 0;
  }

  /**
   * Changes some keys; the others stay, also when two save at once.
   * `change` gets the resolved values and returns the keys to set.
   * Throws `CONFIG_INVALID`, `CONFIG_CONFLICT`, `STORE_UNAVAILABLE`; then nothing is changed.
   */
  async save(manifest: PluginManifest, change: (resolved: JsonObject) => JsonObject, actor: string): Promise<void> {
    const plugin = manifest.name;
    const before = this.#saving.get(plugin) ?? Promise.resolve();
    const saved = before.then(() => this.#saveNow(manifest, change, actor));
    const settled = saved.catch(() => undefined);
    this.#saving.set(plugin, settled);
    try {
      // the change is told outside the queue: a hook that saves again must not wait for itself
      const told = await saved;
      if (told) await this.#options.onChange(told);
    } finally {
      if (this.#saving.get(plugin) === settled) this.#saving.delete(plugin);
    }
  }

  async #saveNow(
    manifest: PluginManifest,
    change: (resolved: JsonObject) => JsonObject,
    actor: string,
  ): Promise<ConfigChange | undefined> {
    const plugin = manifest.name;
    for (let attempt = 1; ; attempt += 1) {
      const stored = this.#stored.get(plugin) ?? { values: {}, revision: 0 };
      const config = mergeConfig(manifest, stored.values, change(resolveConfig(manifest, stored.values)));
      const keys = changedKeys(stored.values, config);
      if (keys.length === 0) return undefined;
      try {
        const entry = this.#auditEntry(manifest, { before: stored.values, after: config, keys }, actor);
        const record = await this.#options.store.saveConfig(
          plugin,
          { expectedRevision: stored.revision, config, actor },
          [entry],
        );
        this.load(plugin, record.config, record.configRevision);
        return { plugin, keys, actor, revision: record.configRevision };
      } catch (error) {
        if (!hasCode(error, 'CONFIG_CONFLICT') || attempt === attempts) throw error;
        await this.#refresh(plugin);
      }
    }
  }

  async #refresh(plugin: string): Promise<void> {
    const record = await this.#options.store.get(plugin);
    if (!record) throw new PluginError('PLUGIN_NOT_FOUND', `The store has no plugin "${plugin}".`, { plugin });
    this.load(plugin, record.config, record.configRevision);
  }

  #auditEntry(
    manifest: PluginManifest,
    { before, after, keys }: { before: JsonObject; after: JsonObject; keys: readonly string[] },
    actor: string,
  ): AuditEntry {
    const only = (config: JsonObject): JsonObject =>
      Object.fromEntries(Object.entries(redactConfig(manifest, config)).filter(([key]) => keys.includes(key)));
    return {
      plugin: manifest.name,
      type: 'plugin:config-changed',
      actor,
      data: { keys: [...keys], before: only(before), after: only(after) },
      at: new Date(this.#options.clock.now()),
    };
  }
}

function changedKeys(before: JsonObject, after: JsonObject): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}
