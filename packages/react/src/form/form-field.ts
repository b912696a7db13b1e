import type { Json } from '@catalyst-plugins/core/protocol';

/** What a field is edited with; `json` is for everything that has no control of its own. */
export type FieldKind =
  | 'text'
  | 'lines'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'choices'
  | 'secret'
  | 'list'
  | 'group'
  | 'json';

/** One value to choose from. */
export interface FieldOption {
  readonly value: Json;
  readonly label: string;
}

/** One field of a form: a setting, or a part of one. */
export interface FormField {
  /** Of the setting, or of the member of an object. */
  readonly key: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly description?: string | undefined;
  readonly isRequired: boolean;
  /** Whether `null` takes it back to its default. */
  readonly hasNullDefault: boolean;
  readonly default?: Json | undefined;
  /** The values of a `choice` or `choices`. */
  readonly options: readonly FieldOption[];
  /** The fields of a `group`. */
  readonly members: readonly FormField[];
  /** What each entry of a `list` is. */
  readonly item?: FormField | undefined;
  /** Smallest and largest number. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** What a field shows: a setting that is taken back shows its default. */
export function shownValue({ default: byDefault, hasNullDefault }: FormField, value: Json | undefined): Json {
  if (value !== undefined && (value !== null || !hasNullDefault)) return value;
  return byDefault ?? null;
}

/** The JSON pointer of a member. */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The keys of a JSON pointer with dots between, as the environment names them. */
export function pathOf(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
}
