import type { ConfigConflict, ConfigTest, Json, JsonObject, PluginConfigState } from '@catalyst-plugins/core/protocol';
import type { PluginApiError, ProblemEntry } from '../client/plugin-api-error.ts';
import { isSame } from './same-json.ts';

/** What somebody is about to change of the settings of one plugin. */
export interface ConfigEdit {
  /** What the changes were made from; absent while there are none. */
  readonly base: PluginConfigState | undefined;
  /** The keys that are to change, and their values. */
  readonly changes: JsonObject;
  /** What is wrong, by JSON pointer. */
  readonly errors: ReadonlyMap<string, string>;
  /** What each side has, where others have changed the same. */
  readonly conflict: ConfigConflict | undefined;
  readonly isSaving: boolean;
  readonly isTesting: boolean;
  /** Why it was not saved. */
  readonly saveError: PluginApiError | undefined;
  /** What came of the latest test. */
  readonly tested: ConfigTest | undefined;
}

/** Nothing is to change. */
export const noEdit: ConfigEdit = {
  base: undefined,
  changes: {},
  errors: new Map(),
  conflict: undefined,
  isSaving: false,
  isTesting: false,
  saveError: undefined,
  tested: undefined,
};

/** The edit with one value set; a value that is there already is no change, and what the environment decides cannot change. */
export function withValue(edit: ConfigEdit, present: PluginConfigState, key: string, value: Json): ConfigEdit {
  if (present.locked.some((lock) => lock.key === key)) return edit;
  const base = edit.base ?? present;
  const { [key]: _before, ...others } = edit.changes;
  const isChange = !isSame(valueIn(present, key), value) && !isPlaceholder(value);
  const changes = isChange ? { ...others, [key]: value } : others;
  const pointer = pointerOf(key);
  const errors = [...edit.errors].filter(([at]) => at !== pointer && !at.startsWith(`${pointer}/`));
  return rebased({ ...edit, base, changes, errors: new Map(errors), saveError: undefined, tested: undefined }, present);
}

/**
 * The edit on top of what is stored now. Changes of others to other keys are taken over; where both have changed the
 * same, somebody has to decide. Secrets do not show whether they have changed, so the server is left to say it.
 */
export function rebased(edit: ConfigEdit, present: PluginConfigState): ConfigEdit {
  const { base, changes, conflict } = edit;
  const keys = Object.keys(changes);
  if (base === undefined) return edit;
  if (keys.length === 0) return { ...edit, base: undefined, conflict: undefined };
  if (base.revision === present.revision || (conflict?.actual ?? 0) > present.revision) return edit;
  const touched = keys.filter((key) => !isSame(valueIn(base, key), valueIn(present, key)));
  const contested = touched.filter((key) => !isSame(changes[key], valueIn(present, key)));
  if (contested.length === 0) {
    if (keys.some((key) => hasSecret(present.config[key]) || hasSecret(base.config[key]))) return edit;
    return { ...edit, base: present, changes: without(changes, touched), conflict: undefined };
  }
  const found = contested.map((key) => ({
    key,
    before: valueIn(base, key),
    theirs: valueIn(present, key),
    yours: changes[key] ?? null,
  }));
  return { ...edit, conflict: { expected: base.revision, actual: present.revision, keys: found } };
}

/** The edit after somebody has decided whose values count where there is a conflict. */
export function resolved(edit: ConfigEdit, present: PluginConfigState, whose: 'mine' | 'theirs'): ConfigEdit {
  const { conflict, changes } = edit;
  if (conflict === undefined) return edit;
  const contested = whose === 'theirs' ? conflict.keys.map(({ key }) => key) : [];
  const base = present.revision >= conflict.actual ? present : { ...present, revision: conflict.actual };
  const left = { ...edit, base, changes: without(changes, contested), conflict: undefined, saveError: undefined };
  return Object.keys(left.changes).length > 0 ? left : { ...left, base: undefined };
}

/** The edit after some of its changes were saved; what was typed meanwhile stays. */
export function saved(edit: ConfigEdit, sent: JsonObject, present: PluginConfigState | undefined): ConfigEdit {
  const done = Object.keys(sent).filter((key) => edit.changes[key] === sent[key]);
  const changes = without(edit.changes, done);
  return Object.keys(changes).length === 0 ? noEdit : { ...noEdit, base: present ?? edit.base, changes };
}

/** Whether nobody else has changed the keys of a conflict, as far as that can be seen. */
export function isHarmless({ keys }: ConfigConflict): boolean {
  return keys.every(({ before, theirs }) => before !== undefined && isSame(before, theirs) && !hasSecret(theirs));
}

/** What is wrong, by JSON pointer. */
export function errorsByPointer(entries: readonly ProblemEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map(({ pointer, message }) => [pointer, message]));
}

function pointerOf(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function without(values: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

/** A setting without a value is as good as `null`, which is also what clears one. */
function valueIn({ config }: PluginConfigState, key: string): Json {
  return config[key] ?? null;
}

/** What stands for a secret that is set: it means "keep it". */
function isPlaceholder(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && '$secret' in value;
}

function hasSecret(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isPlaceholder(value) || Object.values(value).some((member: Json) => hasSecret(member));
}
