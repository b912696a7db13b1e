import { PluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';

/** The releases of one plugin: the present one, and those that were live. */
export class ReleaseHistory {
  #current: Release;
  /** The release that was live last, and the other one that was live before it. */
  #served: Release | undefined;
  #servedBefore: Release | undefined;

  constructor(release: Release) {
    this.#current = release;
  }

  /** The release that is live, or that would be next. */
  get current(): Release {
    return this.#current;
  }

  /** The release to go back to: the last one that was live and is another than the present one. */
  get previous(): Release | undefined {
    return this.#served?.digest === this.#current.digest ? this.#servedBefore : this.#served;
  }

  /** The release to go back to. Throws `ROLLBACK_UNAVAILABLE` when there is none. */
  requirePrevious(): Release {
    if (this.previous) return this.previous;
    const { plugin } = this.#current;
    const message = `Plugin "${plugin}" has no earlier release in this process.`;
    throw new PluginError('ROLLBACK_UNAVAILABLE', message, { plugin });
  }

  /** Takes note of a release that has not run yet. */
  adopt(release: Release): void {
    this.#current = release;
  }

  /** Takes note of a release that is live now. */
  wentLive(release: Release): void {
    this.#current = release;
    if (this.#served?.digest !== release.digest) this.#servedBefore = this.#served;
    this.#served = release;
  }
}
