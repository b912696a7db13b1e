import type { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';

/** What a command says about the relations of the plugin. */
export interface RelationRequest {
  readonly actor: string;
  /** Permissions that are granted with the command; `all` that nobody has decided about. */
  readonly grant?: readonly string[] | 'all' | undefined;
  /** Whether plugins that need this one may be taken off for it. */
  readonly cascade?: boolean | undefined;
}

/** Decides whether releases may run, as things are with other plugins and with the administrator's consent. */
export interface Admission {
  /** Why the release must not be brought up now. */
  refusal(release: Release): PluginError | undefined;
  /** Why the release must not take the place of the one that runs. */
  swapRefusal(release: Release, request: Pick<RelationRequest, 'cascade'>): PluginError | undefined;
  /** Why a release that runs must not go on. */
  objection(release: Release): PluginError | undefined;
  /** Grants what the command grants of what the releases ask for. Throws `GRANT_UNKNOWN`, `STORE_UNAVAILABLE`. */
  consent(plugin: string, releases: readonly Release[], request: RelationRequest): Promise<void>;
  /** Does the work that takes a plugin off; those that need it go first if they may. Throws `DEPENDANTS_ACTIVE`. */
  takeOff(plugin: string, request: RelationRequest, work: () => Promise<void>): Promise<void>;
  /** To be told when the state of a plugin is another, for others may depend on it. */
  changed(plugin: string): void;
}
