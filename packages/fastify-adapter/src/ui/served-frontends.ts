import { PluginError, isPluginError, type LiveFrontend, type PluginHost } from '@catalyst-plugins/core';
import type { BrokenFrontend, FrontendManifest } from '@catalyst-plugins/core/protocol';
import { buildFrontend, type Asset, type BuiltFrontend } from './built-frontend.ts';

/** A page that is open may still load parts of the release before the one that is live. */
const keptReleases = 2;

/** The frontends of plugins that are live, and what browsers may load of them. */
export class ServedFrontends {
  readonly #host: PluginHost;
  readonly #built = new WeakMap<object, Promise<BuiltFrontend | PluginError>>();
  /** By plugin; the one that is live first. */
  readonly #kept = new Map<string, readonly BuiltFrontend[]>();
  readonly #listeners = new Set<() => void>();
  #told = '';
  #isRunning = false;
  #isStale = false;
  readonly #unsubscribe: () => void;

  constructor(host: PluginHost) {
    this.#host = host;
    this.#unsubscribe = host.on('plugin:state', () => this.#update());
  }

  /** Follows the host no more. */
  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  /** Which frontends there are now. */
  async manifest(): Promise<FrontendManifest> {
    const frontends: BuiltFrontend[] = [];
    const broken: BrokenFrontend[] = [];
    for (const one of this.#host.frontends()) {
      const built = await this.#build(one);
      if (!isPluginError(built)) frontends.push(built);
      else broken.push(describeBroken(one, built));
    }
    this.#keep(frontends);
    return { frontends: frontends.map(({ listed }) => listed), broken };
  }

  /** One file of a release. Throws `FRONTEND_NOT_FOUND`, and `FRONTEND_GONE` for another release than those that are kept. */
  async asset(plugin: string, hash: string, file: string): Promise<Asset> {
    await this.manifest();
    const releases = this.#kept.get(plugin) ?? [];
    const release = releases.find(({ listed }) => listed.hash === hash);
    const asset = release?.assets.get(file);
    if (asset) return asset;
    if (releases.length > 0 && !release && /^[0-9a-f]{32}$/.test(hash))
      throw new PluginError('FRONTEND_GONE', 'The plugin has another release by now.', { plugin });
    throw new PluginError('FRONTEND_NOT_FOUND', 'There is no such file of a plugin that is active.');
  }

  /** Tells when another list of frontends is true, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#update();
    return () => this.#listeners.delete(listener);
  }

  #build(live: LiveFrontend): Promise<BuiltFrontend | PluginError> {
    const known = this.#built.get(live.release);
    if (known) return known;
    const building = buildFrontend(live).catch((error: unknown) => {
      if (isPluginError(error)) return error;
      // what the disk did not give may be had the next time
      this.#built.delete(live.release);
      throw error;
    });
    this.#built.set(live.release, building);
    return building;
  }

  #keep(frontends: readonly BuiltFrontend[]): void {
    const live = new Set(this.#host.frontends().map(({ plugin }) => plugin));
    for (const plugin of this.#kept.keys()) if (!live.has(plugin)) this.#kept.delete(plugin);
    for (const frontend of frontends) {
      const { plugin, hash } = frontend.listed;
      const others = (this.#kept.get(plugin) ?? []).filter(({ listed }) => listed.hash !== hash);
      if (live.has(plugin)) this.#kept.set(plugin, [frontend, ...others].slice(0, keptReleases));
    }
  }

  /** Reads new releases at once, before their files change again, and tells who listens; one at a time. */
  #update(): void {
    this.#isStale = true;
    if (!this.#isRunning) void this.#tellChanges();
  }

  async #tellChanges(): Promise<void> {
    this.#isRunning = true;
    while (this.#isStale) {
      this.#isStale = false;
      // what cannot be read now is told to whoever asks for it
      const manifest = await this.manifest().catch(() => undefined);
      const text = JSON.stringify(manifest);
      if (manifest === undefined || text === this.#told) continue;
      this.#told = text;
      for (const listener of this.#listeners) listener();
    }
    this.#isRunning = false;
  }
}

function describeBroken(
  { plugin, displayName, version }: LiveFrontend,
  { code, message }: PluginError,
): BrokenFrontend {
  return { plugin, displayName, version, code, message };
}
