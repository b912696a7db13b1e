import type { PluginConfigState } from '@catalyst-plugins/core/protocol';

/** The words of the configuration of a plugin. */
export interface ConfigMessages {
  readonly view: string;
  readonly views: Readonly<Record<'form' | 'json' | 'history', string>>;
  readonly revision: (revision: number) => string;
  readonly savedBy: (who: string, when: string) => string;
  readonly effects: Readonly<Record<PluginConfigState['effect'], string>>;
  readonly nothing: string;
  readonly problems: (count: number) => string;
  readonly notSaved: string;
  readonly review: (count: number) => string;
  readonly reviewTitle: (plugin: string) => string;
  /** Where a view cannot be left. */
  readonly unread: string;
  readonly back: string;
  readonly discard: string;
  readonly discarded: string;
  readonly unsaved: (count: number) => string;
  readonly columns: Readonly<Record<'setting' | 'before' | 'after' | 'past' | 'present', string>>;
  readonly byDefault: string;
  readonly secret: (state: 'set' | 'new' | 'unset') => string;
  /** Without a name while it is not known who it was. */
  readonly conflictTitle: (revision: number, who: string | undefined) => string;
  readonly conflictText: string;
  readonly conflictApply: string;
  readonly conflictSolved: string;
  readonly sides: Readonly<Record<'mine' | 'theirs' | 'base', string>>;
  readonly noHistory: string;
  readonly presentRevision: string;
  readonly older: string;
  readonly restore: (revision: number) => string;
  readonly restoreTitle: (revision: number) => string;
  readonly restoreText: string;
  readonly restoreConfirm: string;
  readonly restored: (revision: number) => string;
  readonly revisionGone: (revision: number) => string;
  readonly noDifference: string;
}
