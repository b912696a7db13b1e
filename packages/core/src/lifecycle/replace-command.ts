import type { Release } from '../manifest/release.ts';
import type { Operation } from './operation.ts';

/** A command that puts one generation in the place of another. */
export interface ReplaceCommand {
  readonly operation: Operation;
  readonly kind: 'reload' | 'rollback';
}

/** How the command stands in the audit when it went right. */
export function journalTypeOf(kind: ReplaceCommand['kind']): string {
  return kind === 'reload' ? 'plugin:reloaded' : 'plugin:rolled-back';
}

/** Whether two releases must not run at the same time, because one of them holds something exclusive. */
export function isExclusive(...releases: readonly Release[]): boolean {
  return releases.some(({ manifest }) => manifest.reload === 'restart');
}
