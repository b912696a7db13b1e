import type { PluginManifest } from '../../manifest/plugin-manifest.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Capability } from '../capability.ts';

/** Who the plugin is, and how it says that it cannot start yet. */
export interface IdentitySlice {
  readonly manifest: PluginManifest;
  readonly originalConfig: JsonObject;
  readonly installId: string;
  readonly signal: AbortSignal;
  retryLater(reason: string): PluginError;
}

/** Gives plugins their manifest, their install id, and the signal of their generation. */
export function identity(): Capability<IdentitySlice> {
  return {
    name: 'identity',
    create({ release, installId, gate }) {
      // a copy: what the plugin writes into it must not change what the host goes by
      const manifest = structuredClone(release.manifest);
      return {
        manifest,
        originalConfig: manifest.config,
        installId,
        signal: gate.signal,
        retryLater: (reason) => new PluginError('RETRY_LATER', reason, { plugin: release.plugin }),
      };
    },
  };
}
