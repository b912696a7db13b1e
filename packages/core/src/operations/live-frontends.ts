import { readFrontend } from '../discovery/read-frontend.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { FrontendSection } from '../manifest/plugin-manifest.ts';
import type { Release } from '../manifest/release.ts';

/** The browser side of a plugin that is live. */
export interface LiveFrontend {
  readonly plugin: string;
  readonly displayName: string;
  readonly version: string;
  /** What the manifest says of it; paths are relative to the plugin folder. */
  readonly section: FrontendSection;
  /** The same object as long as the same release is live. */
  readonly release: object;
  /** Everything that browsers may load, by path in the plugin folder. Throws `FRONTEND_TOO_LARGE`. */
  read(): Promise<ReadonlyMap<string, string | Uint8Array>>;
}

/** The frontends of the releases that are live, by name of the plugin. */
export function liveFrontends(registry: PluginRegistry): LiveFrontend[] {
  return registry.all().flatMap((supervisor) => frontendOf(liveRelease(supervisor)));
}

/** While a reload is on its way, the old generation serves. */
function liveRelease({ enabled, state, generation }: PluginSupervisor): Release | undefined {
  const isLive = enabled && (state === 'active' || state === 'reloading');
  return isLive ? generation?.release : undefined;
}

function frontendOf(release: Release | undefined): LiveFrontend[] {
  const section = release?.manifest.frontend;
  if (release === undefined || section === undefined) return [];
  const { displayName, version } = release.manifest;
  return [{ plugin: release.plugin, displayName, version, section, release, read: () => readFrontend(release) }];
}
