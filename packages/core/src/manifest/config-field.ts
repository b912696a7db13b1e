import type { Json, JsonObject } from '../protocol/json.ts';

/** The kinds of configuration fields. */
export const fieldTypes = [
  'string',
  'text',
  'number',
  'integer',
  'boolean',
  'select',
  'password',
  'object',
  'array',
] as const;

export type FieldType = (typeof fieldTypes)[number];

/** One setting, described: what it is, what it may be, and what it is when nobody has set it. */
export interface ConfigField {
  readonly type: FieldType;
  readonly default?: Json;
  readonly label?: string;
  readonly description?: string;
  /** Values to choose from, plain or with a label. */
  readonly options?: readonly (Json | { readonly value: Json; readonly label?: string })[];
  readonly enum?: readonly Json[];
  /** Smallest number, or shortest text. */
  readonly min?: number;
  /** Largest number, or longest text. */
  readonly max?: number;
  /** Regular expression that texts must match. */
  readonly pattern?: string;
  readonly required?: boolean;
  /** Never shown again once it is set; `password` fields are secret always. */
  readonly secret?: boolean;
}

const fieldKeys = [
  'type',
  'default',
  'label',
  'description',
  'options',
  'enum',
  'min',
  'max',
  'pattern',
  'required',
  'secret',
];

/** Whether a value in the manifest's `config` describes a field; any other value is itself the default. */
export function isConfigField(value: Json | undefined): value is Json & ConfigField {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (!fieldTypes.some((type) => type === value['type'])) return false;
  return Object.keys(value).every((key) => fieldKeys.includes(key));
}

/** The field definitions of a manifest's `config`, by key. */
export function configFields(config: JsonObject): Map<string, ConfigField> {
  const fields = new Map<string, ConfigField>();
  for (const [key, value] of Object.entries(config)) if (isConfigField(value)) fields.set(key, value);
  return fields;
}
