import type { PluginSummary } from '@catalyst-plugins/core/protocol';
import type { PluginApiError } from '../client/plugin-api-error.ts';
import type { ActionResult } from './action-result.ts';
import type { PluginDetails } from './plugin-records.ts';

/** Whether there is something to show; after an error, what was loaded before is still there. */
export type LoadStatus = 'loading' | 'ready' | 'error';

/** The commands that can be given to one plugin. */
export type PluginCommand = 'enable' | 'disable' | 'reload' | 'rollback' | 'update-config' | 'clear-data';

/** The command that runs on a plugin, or the last one if it failed; its error stays until the next command or `dismiss`. */
export interface LatestCommand {
  readonly command: PluginCommand;
  readonly status: 'pending' | 'failed';
  readonly error: PluginApiError | undefined;
}

/** What a command came to, to be told to those who do not see it. */
export interface PluginAnnouncement {
  /** Grows with each: the same twice is told twice. */
  readonly seq: number;
  readonly plugin: string;
  readonly command: PluginCommand;
  readonly result: ActionResult;
}

/** All that a user interface shows about the plugins of one host, by plugin name. */
export interface PluginStoreState {
  /** What the server said, with the switches where the user has just put them; sorted by name. */
  readonly plugins: ReadonlyMap<string, PluginSummary>;
  readonly details: ReadonlyMap<string, PluginDetails>;
  readonly detailErrors: ReadonlyMap<string, PluginApiError>;
  readonly latestCommands: ReadonlyMap<string, LatestCommand>;
  /** Of the list. */
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** What the last command came to. */
  readonly announcement: PluginAnnouncement | undefined;
}

/** What is known before anything was asked; servers render this, and browsers first. */
export const initialPluginState: PluginStoreState = {
  plugins: new Map(),
  details: new Map(),
  detailErrors: new Map(),
  latestCommands: new Map(),
  status: 'loading',
  error: undefined,
  announcement: undefined,
};

/** A copy of a map with one entry set, or left out when the value is `undefined`; the map itself when nothing would change. */
export function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value | undefined,
): ReadonlyMap<string, Value> {
  if (map.get(key) === value) return map;
  const copy = new Map(map);
  if (value === undefined) copy.delete(key);
  else copy.set(key, value);
  return copy;
}
