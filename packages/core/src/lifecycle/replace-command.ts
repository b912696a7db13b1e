import type { Release } from '../manifest/release.ts';
import type { PinnedRelease } from '../ports/plugin-store.ts';
import type { Operation } from './operation.ts';
import type { JournalCommand } from './plugin-journal.ts';

/** A command that puts one generation in the place of another. */
export interface ReplaceCommand {
  readonly operation: Operation;
  readonly kind: 'reload' | 'rollback';
  /** Whether plugins that the other version breaks may be taken off. */
  readonly cascade?: boolean | undefined;
  /** What the administrator wants to run instead of the folder from now on. */
  readonly pinned: PinnedRelease | null;
  /** Takes back what it was given for, before the release that ran is brought back. */
  readonly undo?: (() => Promise<void>) | undefined;
}

/** The command as it stands in the audit when it went right. */
export function journalCommand({ kind, operation: { actor, trace }, pinned }: ReplaceCommand): JournalCommand {
  return { type: journalTypeOf(kind), actor, pinned, trace };
}

/** How the command stands in the audit when it went right. */
export function journalTypeOf(kind: ReplaceCommand['kind']): 'plugin:reloaded' | 'plugin:rolled-back' {
  return kind === 'reload' ? 'plugin:reloaded' : 'plugin:rolled-back';
}

/** Whether two releases must not run at the same time, because one of them holds something exclusive. */
export function isExclusive(...releases: readonly Release[]): boolean {
  return releases.some(({ manifest }) => manifest.reload === 'restart');
}
