/** The states of a plugin, the same in API, database and UI. */
export type PluginState =
  | 'loading'
  | 'disabled'
  | 'active'
  | 'reloading'
  | 'draining'
  | 'unloading'
  | 'failed'
  | 'blocked'
  | 'retrying'
  | 'quarantined';

/** Why a plugin is in a state, in words for people and a code for programs. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
}
