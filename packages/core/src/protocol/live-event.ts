import type { JsonObject } from './json.ts';

/** Something that happened to a plugin, as live connections get it. */
export interface LiveEvent {
  /** Names it, in all processes: resume after it by `Last-Event-ID`, or `?since=`. */
  readonly id: string;
  /** Grows by one; begins anew when the host starts. */
  readonly seq: number;
  /** For example `plugin:enabled`. */
  readonly type: string;
  /** Name of the plugin. */
  readonly plugin: string;
  /** Install id of the plugin. */
  readonly pluginId: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: JsonObject;
}

/** What numbered events are about: `plugins` is the lifecycle, the others are `plugin:health`, `plugin:task`, `plugin:audit`. */
export type LiveTopic = 'plugins' | 'health' | 'task' | 'audit';
