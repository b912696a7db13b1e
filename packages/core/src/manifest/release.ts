import type { Issue, PluginError } from '../errors/plugin-error.ts';
import type { PluginManifest } from './plugin-manifest.ts';

/**
 * One loadable state of a plugin: its manifest and the code in its folder.
 * Immutable; a changed folder is another release with another digest.
 */
export interface Release {
  /** The plugin's name, for short. */
  readonly plugin: string;
  readonly manifest: PluginManifest;
  /** Absolute, real path of the plugin folder. */
  readonly directory: string;
  /** Absolute, real path of the backend entry; absent for a plugin without backend. */
  readonly entry: string | undefined;
  /** SHA-256 over the paths and contents of the folder's files, `node_modules` and dot-files left out. */
  readonly digest: string;
  /** Texts of the folder's code and JSON files by absolute path; runtimes prefer them to the disk, so a release never changes. */
  readonly sources: ReadonlyMap<string, string>;
  /** Why this release cannot run on this host, although its manifest is sound; loading it throws this. */
  readonly problem: PluginError | undefined;
  /** What the author of the plugin should look at. */
  readonly warnings: readonly Issue[];
}
