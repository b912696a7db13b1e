import type { JsonObject } from '../protocol/json.ts';
import type { PluginState } from '../protocol/plugin-state.ts';
import type { PluginContext } from './plugin-context.ts';

/** What a change of the configuration was. */
export interface ConfigChangeInfo {
  /** Top-level keys that have another value now. */
  readonly keys: readonly string[];
  /** All settings as they are now. */
  readonly config: JsonObject;
}

/** A plugin that this one depends on, and how it is now. */
export interface DependencyChange {
  readonly plugin: string;
  readonly version: string;
  /** `active` when it is up, or another generation of it is; any other when it is not. */
  readonly state: PluginState;
}

/** The answer of `validateConfig`: nothing, `true` or an empty list when the values will do, else what is wrong. */
export type ConfigVerdict =
  | void
  | boolean
  | string
  | readonly (string | ConfigFault)[]
  | {
      readonly ok?: boolean;
      readonly errors?: readonly (string | ConfigFault)[];
      /** For the administrator, also when all is well: for example which version the server answered with. */
      readonly messages?: readonly string[];
      readonly warnings?: readonly string[];
    };

/** One setting that will not do. */
export interface ConfigFault {
  readonly message: string;
  /** The setting, by dotted path or steps. */
  readonly key?: string;
  readonly path?: string | readonly (string | number)[];
  /** The setting, by JSON pointer. */
  readonly pointer?: string;
}

/** Between which versions of the plugin stored data is to be brought. */
export interface DataMigrationStep {
  /** The version that the data is made for. */
  readonly from: string;
  /** The version of this release. */
  readonly to: string;
}

/** The answer of a health hook; throwing means unhealthy. */
export interface PluginHealth {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly message?: string;
}

/** The code of a plugin: hooks that the host calls as methods, each with the context. */
export interface Plugin {
  /** The plugin was found and is to get ready. Limit: `limits.onLoadMs`. */
  onLoad?(ctx: PluginContext): void | Promise<void>;
  /** The plugin goes live as soon as this ends. Limit: `limits.onEnableMs`. */
  onEnable?(ctx: PluginContext): void | Promise<void>;
  /** The plugin was taken off and its calls have ended. Limit: `limits.onDisableMs`. */
  onDisable?(ctx: PluginContext): void | Promise<void>;
  /** The generation is about to be dropped. Limit: `limits.onDisableMs`. */
  onUnload?(ctx: PluginContext): void | Promise<void>;
  /** Settings were saved; `getConfig` has the new values already. */
  onConfigChange?(ctx: PluginContext, change: ConfigChangeInfo): void | Promise<void>;
  /** A plugin that is named under `dependencies` or `optionalDependencies` came, went or was replaced. Limit: `limits.onEnableMs`. */
  onDependencyChange?(ctx: PluginContext, change: DependencyChange): void | Promise<void>;
  /**
   * Says whether it could work with settings that are not saved yet, for example by trying to connect. Limit: 10 s.
   * Asked before an administrator's change is saved, and when one is only tried.
   */
  validateConfig?(ctx: PluginContext, config: JsonObject): ConfigVerdict | Promise<ConfigVerdict>;
  /**
   * Brings stored values and documents to what this release expects, before its other hooks run and in one transaction;
   * what else is written waits, so use only `ctx.getStorage` and its like and `ctx.collection` here. When the release does
   * not come up, it is undone. Not called for a plugin that is new, nor for an older release. Limit: `limits.migrateMs`.
   */
  migrate?(ctx: PluginContext, step: DataMigrationStep): void | Promise<void>;
  /** Says how the plugin is. */
  health?(ctx: PluginContext): PluginHealth | void | Promise<PluginHealth | void>;
}

/** Gives a plugin its types; returns what it was given. */
export function definePlugin<Definition extends Plugin>(plugin: Definition & ThisType<Definition>): Definition {
  return plugin;
}
