import semver from 'semver';
import { PluginError } from '../errors/plugin-error.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';

/** The error for a plugin that was made for another host version, or `undefined` when it fits. */
export function hostRangeProblem(manifest: PluginManifest, hostVersion: string): PluginError | undefined {
  if (semver.satisfies(hostVersion, manifest.catalystVersion, { includePrerelease: true })) return undefined;
  const message = `Plugin "${manifest.name}" needs a host of version ${manifest.catalystVersion}; this one is ${hostVersion}.`;
  return new PluginError('HOST_VERSION_MISMATCH', message, { plugin: manifest.name });
}
