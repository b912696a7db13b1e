/** How to call off one request; it then rejects with the reason of the signal. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What else happens to plugins that need the one that is commanded. */
export interface CascadeOptions {
  /** Take those off too that cannot do without it; else `DEPENDANTS_ACTIVE` names them in `details.dependants`. */
  readonly cascade?: boolean | undefined;
}

/** What a plugin is granted with a command. */
export interface GrantOptions {
  /** Permissions to grant; else `CONSENT_REQUIRED` names those that wait in `details.permissions`. */
  readonly grant?: readonly string[] | undefined;
}

/** Which release to go back to, and what else happens. */
export interface RollbackOptions extends CascadeOptions {
  /** Version or digest, of those in `releases` of the plugin; default: the previous one. */
  readonly to?: string | undefined;
}

/** What a change of settings was made from. */
export interface ConfigRequestOptions extends RequestOptions {
  /** The revision that the editor saw: if there is another now, it is `CONFIG_CONFLICT` with both sides in `details`. */
  readonly revision?: number | undefined;
}

/** Which saved configurations to list. */
export interface RevisionsQuery {
  /** Only those before this revision. */
  readonly before?: number | undefined;
  /** How many at most; the server has a default and a limit. */
  readonly limit?: number | undefined;
}

/** What to change of the permissions of a plugin. */
export interface GrantChange {
  readonly grant?: readonly string[] | undefined;
  readonly revoke?: readonly string[] | undefined;
}
