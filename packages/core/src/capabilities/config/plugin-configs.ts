import { isDeepStrictEqual } from 'node:util';
import { PluginError, hasCode } from '../../errors/plugin-error.ts';
import { valueAt } from '../../manifest/config-paths.ts';
import { secretPlaces, secretTexts } from '../../manifest/config-secrets.ts';
import {
  environmentOverrides,
  withOverrides,
  type ConfigOverrides,
  type Environment,
} from '../../manifest/environment-overrides.ts';
import { mergeConfig } from '../../manifest/merge-config.ts';
import { checkConfig, configInvalid, resolveConfig, withoutEnvelopes } from '../../manifest/plugin-configuration.ts';
import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import { redactConfig } from '../../manifest/redact-config.ts';
import type { AuditedChange, AuditNote, CommandTrace } from '../../ports/audit-note.ts';
import type { PluginRecord, PluginStore } from '../../ports/plugin-store.ts';
import type { SecretKeys } from '../../ports/secret-keys.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { SerialQueues } from '../../scope/serial-queues.ts';
import { configConflict } from './config-conflict.ts';
import { unlockedPatch } from './config-locks.ts';
import { KnownSecrets } from './known-secrets.ts';
import { SecretCipher } from './secret-cipher.ts';

/** What was saved, for those who react to it. */
export interface ConfigChange {
  readonly plugin: string;
  /** Top-level keys whose values are different now. */
  readonly keys: readonly string[];
  readonly actor: string;
  readonly revision: number;
  /** What was stored before, with secrets in clear. */
  readonly before: JsonObject;
}

/** How the stored values are to be changed, and by whom. */
export interface ConfigEdit {
  /** Makes the next stored values of the present ones; called again when somebody else was faster. */
  readonly next: (stored: JsonObject) => JsonObject;
  readonly actor: string;
  /** Saves only if the stored values are at this revision. */
  readonly expectedRevision?: number | undefined;
  /** How it stands in the audit; default `plugin:config-changed`. */
  readonly type?: 'plugin:config-changed' | 'plugin:config-restored';
  /** What the audit says besides. */
  readonly data?: JsonObject;
  readonly reason?: string;
  /** The command that it is done for. */
  readonly trace?: CommandTrace | undefined;
}

export interface PluginConfigsOptions {
  readonly store: PluginStore;
  /** Makes a saved configuration durable together with its entry in the audit log. */
  readonly audited: AuditedChange;
  readonly secretKeys: SecretKeys;
  readonly environment: Environment;
  /** Called when a plugin has changed its own settings, after the change is durable and visible to `getConfig`. */
  readonly onOwnChange: (change: ConfigChange) => void | Promise<void>;
}

/** Stored values with their secrets in clear; those that cannot be decrypted are as they are stored. */
export interface StoredConfig {
  readonly values: JsonObject;
  readonly revision: number;
}

/** What somebody should look at in the settings of a plugin; `pointer` leads into the manifest. */
export interface ConfigWarning {
  readonly code: 'SECRET_UNREADABLE' | 'CONFIG_INVALID';
  readonly pointer: string;
  readonly message: string;
}

interface EffectiveConfig extends StoredConfig {
  readonly effective: JsonObject;
  readonly unreadable: ReadonlySet<string>;
}

/** How often a save begins anew because another host was faster; each time that one has made progress. */
const attempts = 50;
const nothingStored: StoredConfig = { values: {}, revision: 0 };

/** The stored configurations of all plugins of a host, in memory for reading and saved through the store. */
export class PluginConfigs {
  readonly secrets: KnownSecrets = new KnownSecrets();
  readonly cipher: SecretCipher;
  readonly #options: PluginConfigsOptions;
  readonly #stored = new Map<string, StoredConfig>();
  readonly #saving = new SerialQueues();
  readonly #overrides = new WeakMap<PluginManifest, ConfigOverrides>();
  readonly #effective = new WeakMap<PluginManifest, EffectiveConfig>();

  constructor(options: PluginConfigsOptions) {
    this.#options = options;
    this.cipher = new SecretCipher(options.secretKeys);
  }

  /** Takes over what the store holds for a plugin. */
  async load({ name, config, configRevision }: PluginRecord): Promise<void> {
    this.#stored.set(name, { values: await this.cipher.open(name, config), revision: configRevision });
  }

  forget(plugin: string): void {
    this.#stored.delete(plugin);
    this.secrets.forget(plugin);
  }

  /** What is stored for a plugin; not to be changed. */
  stored(plugin: string): StoredConfig {
    return this.#stored.get(plugin) ?? nothingStored;
  }

  /** What the environment decides, else stored values, else the defaults of the manifest; a copy that the caller may change. */
  resolved(manifest: PluginManifest): JsonObject {
    return structuredClone(this.#current(manifest).effective);
  }

  /** One of the resolved values, by key or dotted path; a copy. */
  value(manifest: PluginManifest, key: string): Json | undefined {
    return structuredClone(valueAt(this.#current(manifest).effective, key));
  }

  /** What the environment says about a plugin; read once for each release. */
  overrides(manifest: PluginManifest): ConfigOverrides {
    const known = this.#overrides.get(manifest);
    if (known) return known;
    const overrides = environmentOverrides(manifest, this.#options.environment);
    this.#overrides.set(manifest, overrides);
    return overrides;
  }

  warnings(manifest: PluginManifest): ConfigWarning[] {
    const unreadable = [...this.#current(manifest).unreadable].map((pointer): ConfigWarning => {
      const message = 'the key that this secret was encrypted with is not there; bring the key back, or set it again';
      return { code: 'SECRET_UNREADABLE', pointer: `/config${pointer}`, message };
    });
    const ignored = this.overrides(manifest).warnings.map(({ pointer, message }): ConfigWarning => {
      return { code: 'CONFIG_INVALID', pointer: `/config${pointer}`, message };
    });
    return [...unreadable, ...ignored];
  }

  /** The stored values with a change laid over them. Throws `CONFIG_INVALID`, `CONFIG_LOCKED`. */
  patched(manifest: PluginManifest, stored: JsonObject, patch: JsonObject): JsonObject {
    const unlocked = unlockedPatch(manifest, { stored, patch }, this.overrides(manifest).overrides);
    const next = mergeConfig(manifest, stored, unlocked);
    this.assertValid(manifest, next, Object.keys(unlocked));
    return next;
  }

  /** What the plugin would see if these values were stored. */
  resolve(manifest: PluginManifest, stored: JsonObject): JsonObject {
    const { overrides } = this.overrides(manifest);
    const { readable } = withoutEnvelopes(withOverrides(resolveConfig(manifest, stored), overrides));
    const places = secretPlaces(manifest);
    // the plugin knows its defaults from its manifest, whatever stands in their place
    for (const values of [resolveConfig(manifest, {}), stored, readable])
      this.secrets.note(manifest.name, secretTexts(values, places));
    return readable;
  }

  /** Throws `CONFIG_INVALID` when stored values do not fit: the fields of some keys, and the schema of the whole. */
  assertValid(manifest: PluginManifest, stored: JsonObject, keys: Iterable<string>): void {
    const { overrides } = this.overrides(manifest);
    const issues = checkConfig(manifest, withOverrides(resolveConfig(manifest, stored), overrides), keys);
    if (issues.length > 0) throw configInvalid(manifest.name, issues);
  }

  /** Changes a setting on behalf of the plugin itself. Throws as `save` does. */
  async saveOwn(manifest: PluginManifest, patch: (resolved: JsonObject) => JsonObject): Promise<void> {
    const next = (stored: JsonObject): JsonObject =>
      this.patched(manifest, stored, patch(resolveConfig(manifest, stored)));
    const change = await this.save(manifest, { next, actor: `plugin:${manifest.name}` });
    // told outside the queue: a hook that saves again must not wait for itself
    if (change) await this.#options.onOwnChange(change);
  }

  /**
   * Changes stored values; those of others stay, also when two save at once. Resolves to `undefined` when nothing is different.
   * Throws `CONFIG_INVALID`, `CONFIG_LOCKED`, `CONFIG_CONFLICT`, `STORE_UNAVAILABLE`; then nothing is changed.
   */
  save(manifest: PluginManifest, edit: ConfigEdit): Promise<ConfigChange | undefined> {
    return this.#saving.run(manifest.name, () => this.#saveNow(manifest, edit));
  }

  async #saveNow(manifest: PluginManifest, edit: ConfigEdit): Promise<ConfigChange | undefined> {
    const plugin = manifest.name;
    const { actor, expectedRevision: expected } = edit;
    let isFresh = false;
    const refresh = async (): Promise<void> => {
      await this.#refresh(plugin);
      isFresh = true;
    };
    if (expected !== undefined && expected !== this.stored(plugin).revision) await refresh();
    for (let attempt = 1; ; attempt += 1) {
      const { values, revision } = this.stored(plugin);
      const next = edit.next(values);
      const keys = changedKeys(values, next);
      if (keys.length === 0) {
        if (isFresh) return undefined;
        // what is as wanted here, another host may have changed
        await refresh();
        continue;
      }
      if (expected !== undefined && expected !== revision) {
        const before = await this.#at(plugin, expected);
        throw configConflict(manifest, { expected, actual: revision, keys, before, theirs: values, yours: next });
      }
      try {
        const config = await this.cipher.seal(manifest, next);
        const note = auditNote(manifest, edit, { before: values, after: next, keys, revision: revision + 1 });
        const save = { expectedRevision: revision, config, actor };
        const { store, audited } = this.#options;
        const record = await audited(plugin, [note], (entries) => store.saveConfig(plugin, save, entries));
        this.#stored.set(plugin, { values: next, revision: record.configRevision });
        return { plugin, keys, actor, revision: record.configRevision, before: values };
      } catch (error) {
        if (!hasCode(error, 'CONFIG_CONFLICT') || attempt === attempts) throw error;
        await refresh();
      }
    }
  }

  #current(manifest: PluginManifest): EffectiveConfig {
    const stored = this.stored(manifest.name);
    const known = this.#effective.get(manifest);
    if (known?.values === stored.values) return known;
    const { unreadable } = withoutEnvelopes(stored.values);
    const current = { ...stored, unreadable, effective: this.resolve(manifest, stored.values) };
    this.#effective.set(manifest, current);
    return current;
  }

  async #at(plugin: string, revision: number): Promise<JsonObject | undefined> {
    if (revision === 0) return {};
    const [record] = await this.#options.store.configRevisions(plugin, { before: revision + 1, limit: 1 });
    return record?.revision === revision ? this.cipher.open(plugin, record.config) : undefined;
  }

  async #refresh(plugin: string): Promise<void> {
    const record = await this.#options.store.get(plugin);
    if (!record) throw new PluginError('PLUGIN_NOT_FOUND', `The store has no plugin "${plugin}".`, { plugin });
    await this.load(record);
  }
}

/** Keys whose values are not the same in two configurations, sorted: stores keep no order of members. */
export function changedKeys(before: JsonObject, after: JsonObject): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => !isDeepStrictEqual(before[key], after[key])).toSorted();
}

interface SavedStep {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly keys: readonly string[];
  readonly revision: number;
}

function auditNote(
  manifest: PluginManifest,
  { actor, type = 'plugin:config-changed', data, reason, trace }: ConfigEdit,
  { before, after, keys, revision }: SavedStep,
): AuditNote {
  const only = (config: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(redactConfig(manifest, config)).filter(([key]) => keys.includes(key)));
  const said = { ...data, revision, keys: [...keys], before: only(before), after: only(after) };
  return { plugin: manifest.name, type, actor, reason, trace, data: said };
}
