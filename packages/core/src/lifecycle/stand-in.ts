import { describeError, type Reason } from '../errors/describe-error.ts';
import { PluginError, hasCode, isPluginError } from '../errors/plugin-error.ts';
import type { Release } from '../manifest/release.ts';
import { disposeOnFailure, type Generation } from './generation.ts';
import { liveEntry, type JournalEntry } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';

/** Makes a generation of a release and enables it. */
type MakeReady = (release: Release) => Promise<Generation>;

export interface StandInOptions {
  readonly releases: ReleaseHistory;
  /** Whether a release may run that nobody commanded. */
  readonly mayRun: (release: Release) => boolean;
  readonly ready: MakeReady;
}

/**
 * At a start, brings up the release that was live last in place of files that never ran and failed; `undefined` when
 * there is none that would do, or it fails too.
 */
export async function startStandIn(
  failure: unknown,
  { releases, mayRun, ready }: StandInOptions,
): Promise<Generation | undefined> {
  // files that ran before fail for another reason than their code, and an older release would not know better
  if (!releases.previous || releases.wasLive(releases.current.digest) || hasCode(failure, 'RETRY_LATER'))
    return undefined;
  return releases
    .find()
    .then((release) => (mayRun(release) ? publishedOf(release, ready) : undefined))
    .catch(() => undefined);
}

/** The error that stays visible while a release stands in: why the folder failed, and what runs instead. */
export function standInFailure({ release }: Generation, failure: unknown): PluginError {
  const { plugin, manifest } = release;
  const message = `The files in the plugin folder did not start: ${describeError(failure)}`;
  const hint = `Version ${manifest.version}, which ran before, runs instead. Correct the files and reload the plugin.`;
  return new PluginError(codeOf(failure), message, { plugin, hint, cause: failure });
}

/** The entry for a release that stands in; it is not pinned, so the next start tries the folder again. */
export function standInEntry(generation: Generation, { code, message }: Reason): JournalEntry {
  const data = { cause: 'boot', code, message };
  return liveEntry({ type: 'plugin:rolled-back', actor: 'system', reason: message, data }, generation);
}

/** Brings a release back that had to make way for one that failed. When it fails too, throws an error with both reasons. */
export async function restoreRelease(
  releases: ReleaseHistory,
  release: Release,
  failure: unknown,
  ready: MakeReady,
): Promise<Generation> {
  try {
    return await publishedOf((await releases.open(release.digest)) ?? release, ready);
  } catch (error) {
    const message = `${describeError(failure)} The release that ran before did not come back either: ${describeError(error)}`;
    const hint = isPluginError(failure) ? failure.hint : undefined;
    throw new PluginError(codeOf(failure), message, { plugin: release.plugin, hint, cause: failure });
  }
}

async function publishedOf(release: Release, ready: MakeReady): Promise<Generation> {
  const generation = await ready(release);
  await disposeOnFailure(generation, () => generation.publish());
  return generation;
}

function codeOf(failure: unknown): PluginError['code'] {
  return isPluginError(failure) ? failure.code : 'HOOK_FAILED';
}
