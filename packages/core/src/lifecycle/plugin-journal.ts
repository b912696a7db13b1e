import type { Reason } from '../errors/describe-error.ts';
import { storedManifest } from '../manifest/redact-config.ts';
import type { Release } from '../manifest/release.ts';
import type { AuditNote, CommandGiver } from '../ports/audit-note.ts';
import type { PinnedRelease, PluginChange } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';

/** Something that happens to a plugin, for those who listen. */
export interface Announcement {
  readonly plugin: string;
  /** For example `plugin:enabled`. */
  readonly type: string;
  readonly actor: string;
  readonly data?: JsonObject | undefined;
}

/** Something that happened to a plugin, and what of its record changes with it. */
export interface JournalEntry extends AuditNote {
  readonly change?: PluginChange;
  /** Number of the generation that is live with it; `null` when none is any more. */
  readonly generation?: number | null;
  /** What it came to nothing for; whoever catches it later need not write it down again. */
  readonly error?: unknown;
}

/** Where a supervisor writes down what it does. */
export interface PluginJournal {
  /** Makes the change durable together with its audit entry. Throws `STORE_UNAVAILABLE`; then nothing was written. */
  commit(entry: JournalEntry): Promise<void>;
  /** Writes when it can: a store that does not answer is logged and stops nothing. */
  note(entry: JournalEntry): void;
  /** Tells listeners what is true now. */
  announce(news: Announcement): void;
}

/** A command of which an entry is made. */
export type JournalCommand = Pick<JournalEntry, 'type' | 'actor' | 'data' | 'trace' | 'reason' | 'result'> & {
  /** Left out by commands that do not choose a release. */
  readonly pinned?: PinnedRelease | null | undefined;
};

/** What the entry says of a generation that goes live. */
export interface LiveGeneration {
  readonly release: Release;
  readonly number: number;
  readonly dataVersion: string | undefined;
}

/** The entry for a generation that goes live: the plugin is wanted, active, and at the generation's release. */
export function liveEntry(
  { pinned, ...command }: JournalCommand,
  { release, number, dataVersion }: LiveGeneration,
): JournalEntry {
  return {
    ...command,
    plugin: release.plugin,
    data: { ...command.data, version: release.manifest.version, generation: number },
    generation: number,
    change: {
      ...recorded(release, pinned),
      ...(dataVersion !== undefined && { dataVersion }),
      enabled: true,
      state: 'active',
      reason: null,
    },
  };
}

/** The entry for a release that a disabled plugin takes note of. */
export function adoptedEntry({ pinned, ...command }: JournalCommand, release: Release): JournalEntry {
  return {
    ...command,
    plugin: release.plugin,
    data: { version: release.manifest.version },
    change: { ...recorded(release, pinned), state: 'disabled', reason: null },
  };
}

/** The commands that can fail, as they stand in the audit. */
export type FailingCommand = 'enable' | 'disable' | 'reload' | 'rollback';

/** The entry for a command that failed. */
export function failureEntry(
  plugin: string,
  during: FailingCommand,
  { actor, trace }: CommandGiver,
  { code, message }: Reason,
): JournalEntry {
  const data = { code, message };
  return { plugin, type: `plugin:${during}-failed`, actor, result: 'failed', reason: message, data, trace };
}

interface StandingRelease {
  readonly current: Release;
  readonly pinned: PinnedRelease | null;
}

/** What the record of a plugin is to say, whatever a command that failed may have written. */
export function standingChange({ current: { manifest }, pinned }: StandingRelease, enabled: boolean): PluginChange {
  return { version: manifest.version, manifest: storedManifest(manifest), enabled, pinned };
}

function recorded({ manifest, digest }: Release, pinned: PinnedRelease | null | undefined): PluginChange {
  const change = { version: manifest.version, manifest: storedManifest(manifest), digest };
  return pinned === undefined ? change : { ...change, pinned };
}
