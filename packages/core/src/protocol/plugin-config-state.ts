import type { JsonObject } from './json.ts';

/** The configuration of one plugin, for those who edit it. Secrets read `{ "$secret": "set" }`. */
export interface PluginConfigState {
  /** To be sent back as `If-Match`, so that nobody overwrites what he has not seen. */
  readonly revision: number;
  /** Stored values, else defaults, else nothing. */
  readonly config: JsonObject;
  /** The keys that are stored; the others show their default. */
  readonly stored: readonly string[];
  /** JSON Schema 2020-12 of the whole configuration, made of the field definitions where the manifest has none. */
  readonly schema: JsonObject;
  /** Field definitions by key, without defaults of secrets. */
  readonly fields: JsonObject;
  /** Keys that the environment sets, and the variable that does; they cannot be changed here. */
  readonly locked: readonly { readonly key: string; readonly variable: string }[];
  /** What saving does: calls `onConfigChange`, reloads the plugin, or nothing before it is enabled. */
  readonly effect: 'hot' | 'reload' | 'later';
  /** Whether the plugin can say what it thinks of values before they are saved. */
  readonly canTest: boolean;
}

/** One saved configuration, without secrets. */
export interface PluginConfigRevision {
  readonly revision: number;
  readonly actor: string;
  /** ISO 8601. */
  readonly savedAt: string;
  /** Keys whose values differ from the revision before. */
  readonly keys: readonly string[];
  /** Stored values. */
  readonly config: JsonObject;
}

/** `details` of the problem `CONFIG_CONFLICT`: what each side has for the keys that were to be changed. */
export interface ConfigConflict {
  readonly expected: number;
  readonly actual: number;
  readonly keys: readonly {
    readonly key: string;
    /** At the revision that the editor saw; absent when that is not kept any more. */
    readonly before?: JsonObject[string];
    readonly theirs: JsonObject[string];
    readonly yours: JsonObject[string];
  }[];
}

/** What came of trying values without saving them. */
export interface ConfigTest {
  readonly ok: boolean;
  readonly errors: readonly { readonly pointer: string; readonly message: string }[];
  /** What the plugin says besides, for example that a server answered. */
  readonly messages: readonly string[];
}
