import type { Release } from '../manifest/release.ts';

/** A release that was live, as far as one has to know it to choose it. */
export interface KeptRelease {
  /** See `Release.digest`. */
  readonly digest: string;
  readonly version: string;
  /** When it last became the live one. */
  readonly liveAt: Date;
}

/**
 * Keeps the files of releases that were live, so that one can go back to them when the plugin folder holds others.
 * The manifest and the code that it gives back are what it was given, to the byte, or it gives nothing.
 */
export interface ReleaseArchive {
  /** What is kept of a plugin, the release that went live last first. */
  list(plugin: string): Promise<KeptRelease[]>;
  /**
   * Keeps a release that went live; one that is kept already moves to the front. The oldest ones beyond the bound of the
   * archive are let go. Resolves to whether it is kept: `false` when its files changed before they were copied.
   * Rejects when nothing can be kept, for example because a disk is full; what was kept before stays.
   */
  keep(release: Release, liveAt: Date): Promise<boolean>;
  /** A kept release, ready to run; `undefined` when there is none of that digest, or it is no longer whole. */
  open(plugin: string, digest: string): Promise<Release | undefined>;
}
