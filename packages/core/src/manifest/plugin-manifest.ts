import type { Json, JsonObject } from '../protocol/json.ts';
import type { CheckedManifest } from './manifest-schema.ts';

/** What stands in `plugin.json`, checked and with defaults filled in. Unknown members are kept. */
export interface PluginManifest {
  readonly name: string;
  /** Semantic version, for example `1.2.0`. */
  readonly version: string;
  /** For people; the name when the manifest has none. */
  readonly displayName: string;
  readonly description: string;
  readonly author?:
    | string
    | { readonly name: string; readonly email?: string | undefined; readonly url?: string | undefined }
    | undefined;
  readonly license?: string | undefined;
  readonly homepage?: string | undefined;
  readonly repository?: string | { readonly url: string } | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly icon?: string | undefined;
  /** Range of host versions that the plugin works with. */
  readonly catalystVersion: string;
  readonly permissions: readonly string[];
  /** Why each permission is needed, for the dialog that asks for consent. */
  readonly permissionDescriptions?: Readonly<Record<string, string>> | undefined;
  readonly backend?: { readonly entry: string } | undefined;
  readonly frontend?: FrontendSection | undefined;
  readonly runtime: RuntimeKind;
  /** Whether the next generation starts beside the running one (`swap`) or after it ended (`restart`). */
  readonly reload: 'swap' | 'restart';
  /** Plugins that must be active first: name to version range. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** By key a default value, or a field definition. */
  readonly config: JsonObject;
  readonly configSchema?: JsonObject | undefined;
  readonly events: Readonly<
    Record<string, { readonly payload?: Json | undefined; readonly description?: string | undefined }>
  >;
  readonly storage?: { readonly collections?: Readonly<Record<string, CollectionIndexes>> | undefined } | undefined;
  readonly limits: PluginLimits;
}

/** What of a plugin browsers load. Paths are relative to the plugin folder. */
export interface FrontendSection {
  /** An ES module. */
  readonly entry: string;
  /** Style sheets that are there while the frontend is. */
  readonly css: readonly string[];
  /** Version of the modules that the page shares with it. */
  readonly shared: string;
}

/** Fields of a collection that are looked up by: single names, or lists of names. */
export interface CollectionIndexes {
  readonly indexes?: readonly (string | readonly string[])[] | undefined;
  readonly unique?: readonly (string | readonly string[])[] | undefined;
}

/** How long and how much, for one plugin. */
export interface PluginLimits {
  readonly requestTimeoutMs: number;
  readonly maxConcurrentRequests?: number | undefined;
  /** How long calls in flight may take to end at a reload or disable, in milliseconds; default: that of the host. */
  readonly drainMs?: number | undefined;
  readonly migrateMs: number;
  readonly onLoadMs: number;
  readonly onEnableMs: number;
  readonly onDisableMs: number;
}

/** The kinds of runtime that a manifest can ask for. */
export type RuntimeKind = 'module' | 'worker' | 'process' | 'container' | 'script';

/** Fills in what depends on other members: the display name and the modern name of the runtime. */
export function completeManifest(parsed: CheckedManifest): PluginManifest {
  const olderNames: Partial<Record<string, RuntimeKind>> = { legacy: 'module', isolated: 'worker' };
  return {
    ...parsed,
    displayName: parsed.displayName ?? parsed.name,
    runtime: olderNames[parsed.runtime] ?? (parsed.runtime as RuntimeKind),
  };
}
