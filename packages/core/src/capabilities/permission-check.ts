import { PluginError } from '../errors/plugin-error.ts';
import type { GrantReader } from './grant-reader.ts';

/** Hears of each use that was refused: the plugin, the permission it lacks, and what it tried. */
export type DenialListener = (plugin: string, permission: string, operation: string) => void;

/** The permissions of one plugin, asked for at every use. */
export class PermissionCheck {
  readonly plugin: string;
  readonly #grants: GrantReader;
  readonly #onDenied: DenialListener;
  readonly #place: string;

  /** `place` stands before operations in messages, for example `ctx.db.`. */
  constructor(plugin: string, grants: GrantReader, onDenied: DenialListener, place = '') {
    this.plugin = plugin;
    this.#grants = grants;
    this.#onDenied = onDenied;
    this.#place = place;
  }

  /** Throws `PERMISSION_DENIED`, which gives it the first of its names, unless the plugin has the permission. */
  require(names: readonly string[], operation: string): void {
    const { plugin } = this;
    if (this.#grants.has(plugin, ...names)) return;
    const [permission = ''] = names;
    this.#onDenied(plugin, permission, operation);
    throw new PluginError(
      'PERMISSION_DENIED',
      `Plugin "${plugin}" lacks the permission "${permission}" for ${this.#place}${operation}.`,
      { plugin, details: { permission, operation } },
    );
  }
}
