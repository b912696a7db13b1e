import type { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import type { CommandRequestOrigin } from '../ports/audit-note.ts';

/** What a command says: whose it is, and what it allows. */
export interface CommandRequest {
  readonly actor: string;
  /** Permissions that are granted with the command; `all` that nobody has decided about. */
  readonly grant?: readonly string[] | 'all' | undefined;
  /** Whether plugins that need this one may be taken off for it. */
  readonly cascade?: boolean | undefined;
  /** Whether the calls of what goes are cut instead of waited for. */
  readonly force?: boolean | undefined;
  /** Under which the command can be followed, why it is given, and with which request; for the audit. */
  readonly operationId?: string | undefined;
  readonly reason?: string | undefined;
  readonly request?: CommandRequestOrigin | undefined;
}

/** Decides whether releases may run, as things are with other plugins and with the administrator's consent. */
export interface Admission {
  /** Why the release must not be brought up now. */
  refusal(release: Release): PluginError | undefined;
  /** Why the release must not take the place of the one that runs. */
  swapRefusal(release: Release, request: Pick<CommandRequest, 'cascade'>): PluginError | undefined;
  /** Why a release that runs must not go on. */
  objection(release: Release): PluginError | undefined;
  /** Grants what the command grants of what the releases ask for. Throws `GRANT_UNKNOWN`, `STORE_UNAVAILABLE`. */
  consent(plugin: string, releases: readonly Release[], request: CommandRequest): Promise<void>;
  /** Does the work that takes a plugin off; those that need it go first if they may. Throws `DEPENDANTS_ACTIVE`. */
  takeOff(plugin: string, request: CommandRequest, work: () => Promise<void>): Promise<void>;
  /** To be told when the state of a plugin is another, for others may depend on it. */
  changed(plugin: string): void;
}
