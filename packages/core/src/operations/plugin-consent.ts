import type { PluginGrants } from '../capabilities/permissions/plugin-grants.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { CommandRequest } from '../lifecycle/admission.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import { SerialQueue } from '../lifecycle/serial-queue.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { CommandGiver } from '../ports/audit-note.ts';
import type { Grants } from '../ports/plugin-store.ts';
import type { PluginPermission, PluginPermissions } from '../protocol/plugin-permission.ts';

/** The values of the host option `consent`. */
export const consentRules = ['updates', 'always', 'never'] as const;

/** When an administrator is asked about the permissions of a plugin. */
export type ConsentRule = (typeof consentRules)[number];

/** Permissions to be decided about. */
export interface GrantChange {
  readonly grant?: readonly string[] | undefined;
  readonly revoke?: readonly string[] | undefined;
}

export interface PluginConsentOptions {
  readonly rule: ConsentRule;
  readonly grants: PluginGrants;
  /** Throws when there is no such plugin, or the host is closed. */
  readonly find: (plugin: string) => PluginSupervisor;
  readonly journal: PluginJournal;
  /** Told when something was decided. */
  readonly onChange: () => void;
}

/** Who decides about the permissions that manifests of a plugin ask for. */
interface GrantDecision extends CommandGiver {
  readonly plugin: string;
  readonly manifests: readonly PluginManifest[];
}

/** What administrators agreed to: asks where nobody has decided, and keeps what was decided. */
export class PluginConsent {
  readonly #options: PluginConsentOptions;
  readonly #queue = new SerialQueue();

  constructor(options: PluginConsentOptions) {
    this.#options = options;
  }

  /** What a plugin has from the start that is seen for the first time: who put it there has agreed, unless asked always. */
  initial({ permissions }: PluginManifest, enabled: boolean): Grants {
    const isAgreed = enabled && this.#options.rule !== 'always';
    return isAgreed ? Object.fromEntries(permissions.map((permission) => [permission, true])) : {};
  }

  /** The error for a release that asks for what nobody has decided about. */
  missing(manifest: PluginManifest): PluginError | undefined {
    const undecided = this.#undecided(manifest);
    if (undecided.length === 0) return undefined;
    const { name } = manifest;
    const names = undecided.map(({ permission }) => `"${permission}"`).join(', ');
    const permissions = undecided.map(({ permission, description }) => ({ permission, description }));
    const message = `Plugin "${name}" ${manifest.version} asks for ${names}; nobody has decided about that.`;
    return new PluginError('CONSENT_REQUIRED', message, { plugin: name, details: { permissions } });
  }

  /** Grants what a command grants of what the manifests of one plugin ask for. Throws `GRANT_UNKNOWN`, `STORE_UNAVAILABLE`. */
  async give(plugin: string, manifests: readonly PluginManifest[], request: CommandRequest): Promise<void> {
    const { actor, grant, operationId: operation, reason, request: origin } = request;
    if (grant === undefined) return;
    const pending = manifests.flatMap((manifest) => this.#undecided(manifest)).map(({ permission }) => permission);
    const change = { grant: grant === 'all' ? pending : grant };
    const trace = { operation, reason, request: origin };
    await this.#change({ plugin, manifests, actor, trace }, change);
  }

  /** What a plugin asks for, and what was decided. */
  describe(name: string): PluginPermissions {
    const { release, releases } = this.#options.find(name);
    return { permissions: this.#permissions(release.manifest), pending: this.#undecided(releases.folder.manifest) };
  }

  /** Decides about permissions; in effect with the next call. Throws `GRANT_UNKNOWN`, `STORE_UNAVAILABLE`. */
  async change(name: string, change: GrantChange, by: CommandGiver): Promise<PluginPermissions> {
    const { release, releases } = this.#options.find(name);
    const manifests = [release.manifest, releases.folder.manifest];
    await this.#change({ ...by, plugin: name, manifests }, change);
    this.#options.onChange();
    return this.describe(name);
  }

  async #change({ plugin, manifests, ...by }: GrantDecision, { grant = [], revoke = [] }: GrantChange): Promise<void> {
    const known = new Set(manifests.flatMap(({ permissions }) => permissions));
    const unknown = [...grant, ...revoke].find((permission) => !known.has(permission));
    if (unknown !== undefined) {
      const message = `Plugin "${plugin}" does not ask for the permission "${unknown}".`;
      throw new PluginError('GRANT_UNKNOWN', message, { plugin });
    }
    await this.#queue.run(async () => {
      // what is taken away goes first, in case the store fails between the two
      await this.#decide(plugin, { permissions: revoke, granted: false }, by);
      await this.#decide(plugin, { permissions: grant, granted: true }, by);
    });
  }

  async #decide(
    plugin: string,
    { permissions, granted }: { readonly permissions: readonly string[]; readonly granted: boolean },
    by: CommandGiver,
  ): Promise<void> {
    const { grants, journal } = this.#options;
    const decided = grants.decided(plugin);
    const news = [...new Set(permissions)].filter((permission) => decided[permission] !== granted);
    if (news.length === 0) return;
    const all = { ...decided, ...Object.fromEntries(news.map((permission) => [permission, granted])) };
    const type = granted ? 'plugin:granted' : 'plugin:revoked';
    const entry = { ...by, plugin, type, data: { permissions: news }, change: { grants: all } } as const;
    await journal.commit(entry);
    grants.load(plugin, all);
    journal.announce(entry);
  }

  #undecided(manifest: PluginManifest): PluginPermission[] {
    return this.#permissions(manifest).filter(({ state }) => state === 'pending');
  }

  #permissions({ name, permissions, permissionDescriptions = {} }: PluginManifest): PluginPermission[] {
    return [...new Set(permissions)].map((permission) => {
      const decision = this.#options.grants.decision(name, permission);
      const state = decision === undefined ? 'pending' : decision ? 'granted' : 'revoked';
      const description = Object.hasOwn(permissionDescriptions, permission) ? permissionDescriptions[permission] : null;
      return { permission, description: description ?? null, state };
    });
  }
}
