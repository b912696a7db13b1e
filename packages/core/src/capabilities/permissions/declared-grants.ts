import type { GrantReader } from './grant-reader.ts';

/** Takes what a plugin declares for granted. */
export class DeclaredGrants implements GrantReader {
  readonly #declared = new Map<string, ReadonlySet<string>>();

  declare(plugin: string, permissions: readonly string[]): void {
    this.#declared.set(plugin, new Set(permissions));
  }

  has(plugin: string, permission: string): boolean {
    const declared = this.#declared.get(plugin);
    if (!declared) return false;
    return declared.has(permission) || declared.has('*') || declared.has(`${permission.split('.')[0]}.*`);
  }
}
