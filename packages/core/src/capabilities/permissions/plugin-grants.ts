import type { Grants } from '../../ports/plugin-store.ts';
import type { GrantReader } from '../grant-reader.ts';

export interface PluginGrantsOptions {
  /** The permissions that the releases of a plugin ask for that run now. */
  readonly asked: (plugin: string) => readonly string[];
  /** What counts where nobody has decided. */
  readonly undecided: boolean;
}

/**
 * What all plugins of a host were granted, in memory. A plugin has what its manifest asks for and was granted; the most
 * exact permission decides: `users.read` before `users.write` (who writes may read), before `users.*`, before `*`.
 */
export class PluginGrants implements GrantReader {
  readonly #options: PluginGrantsOptions;
  readonly #decided = new Map<string, Grants>();

  constructor(options: PluginGrantsOptions) {
    this.#options = options;
  }

  /** Takes over what the store holds for a plugin. */
  load(plugin: string, grants: Grants): void {
    this.#decided.set(plugin, grants);
  }

  forget(plugin: string): void {
    this.#decided.delete(plugin);
  }

  /** What was decided about the permissions of a plugin. */
  decided(plugin: string): Grants {
    return this.#decided.get(plugin) ?? {};
  }

  /** Whether a permission was granted, revoked or not decided about, as one that a manifest names. */
  decision(plugin: string, permission: string): boolean | undefined {
    const grants = this.decided(plugin);
    const decided = Object.hasOwn(grants, permission) ? grants[permission] : undefined;
    return decided ?? (this.#options.undecided || undefined);
  }

  has(plugin: string, ...permissions: readonly string[]): boolean {
    const asked = this.#options.asked(plugin);
    /** What was decided under any of some names; under one it is granted only when it is revoked under none. */
    const decisionOf = (names: readonly string[]): boolean | undefined => {
      const decisions = names.filter((name) => asked.includes(name)).map((name) => this.decision(plugin, name));
      return decisions.includes(false) ? false : decisions.includes(true) || undefined;
    };
    const exact = decisionOf(permissions);
    if (exact !== undefined) return exact;
    const writing = permissions.filter((name) => name.endsWith('.read')).map((name) => name.replace(/read$/, 'write'));
    if (decisionOf(writing)) return true;
    const wider = permissions.map(widerNames);
    const levels = wider[0]?.map((_, level) => wider.flatMap((names) => names.slice(level, level + 1))) ?? [];
    return levels.map(decisionOf).find((decision) => decision !== undefined) ?? false;
  }
}

/** The permissions that include one, the narrowest first: `a.b.*`, `a.*`, `*`. */
function widerNames(permission: string): string[] {
  const words = permission.split('.').slice(0, -1);
  const prefixes = words.map((_, index) => words.slice(0, words.length - index).join('.'));
  return [...prefixes.map((prefix) => `${prefix}.*`), '*'];
}
