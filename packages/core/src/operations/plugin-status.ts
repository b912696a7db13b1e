import { reasonOf } from '../errors/describe-error.ts';
import type { UnusableEntry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import { redactConfig, redactManifest } from '../manifest/redact-config.ts';
import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { PluginDetail, PluginReleaseSummary, PluginSummary } from '../protocol/plugin-summary.ts';

/** One plugin as lists show it. */
export function summarize(supervisor: PluginSupervisor, rev: number): PluginSummary {
  const { release, generation, lastFailure, reason } = supervisor;
  const { manifest } = release;
  return {
    name: manifest.name,
    displayName: manifest.displayName,
    version: manifest.version,
    description: manifest.description,
    author: authorOf(manifest),
    state: supervisor.state,
    enabled: supervisor.enabled,
    reason: reason ?? null,
    error: errorOf(supervisor),
    lastFailure: lastFailure ? { ...lastFailure, at: new Date(lastFailure.at).toISOString() } : null,
    generation: generation?.number ?? null,
    runtime: manifest.runtime,
    activeRequests: generation?.gate.inFlight ?? 0,
    canRollback: supervisor.releases.previous !== undefined,
    hasFrontend: manifest.frontend !== undefined,
    permissions: manifest.permissions,
    warnings: release.warnings.map(({ pointer, message }) => ({ pointer, message })),
    rev,
  };
}

/** States that a plugin passes through have a reason too, but nothing is wrong. */
function errorOf({ state, reason, lastFailure }: PluginSupervisor): string | null {
  const isTrouble = ['failed', 'blocked', 'retrying', 'quarantined'].includes(state);
  return (isTrouble ? reason?.message : undefined) ?? lastFailure?.message ?? null;
}

function authorOf({ author }: PluginManifest): string | null {
  return typeof author === 'object' ? author.name : (author ?? null);
}

/** Everything about one plugin, without secrets. */
export function detail(
  supervisor: PluginSupervisor,
  rev: number,
  config: { readonly values: JsonObject; readonly revision: number },
): Omit<PluginDetail, 'leftBehind' | 'retired'> {
  const { manifest } = supervisor.release;
  return {
    ...summarize(supervisor, rev),
    manifest: structuredClone(redactManifest(manifest)) as unknown as { [member: string]: Json },
    config: redactConfig(manifest, config.values),
    configRevision: config.revision,
    registrations: supervisor.generation?.scope.describe() ?? [],
    releases: releasesOf(supervisor),
  };
}

function releasesOf({ releases, release }: PluginSupervisor): PluginReleaseSummary[] {
  return releases.list().map(({ version, digest, liveAt }) => ({
    version,
    digest,
    liveAt: liveAt.toISOString(),
    current: digest === release.digest,
  }));
}

/** A folder that holds no usable plugin, as lists show it: failed, with the reason. */
export function summarizeUnusable({ name, error }: UnusableEntry, rev: number): PluginSummary {
  const reason = reasonOf(error);
  return {
    name,
    displayName: name,
    version: '0.0.0',
    description: '',
    author: null,
    state: 'failed',
    enabled: false,
    reason,
    error: reason.message,
    lastFailure: null,
    generation: null,
    runtime: 'module',
    activeRequests: 0,
    canRollback: false,
    hasFrontend: false,
    permissions: [],
    warnings: [],
    rev,
  };
}
