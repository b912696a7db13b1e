import type { Json } from '../protocol/json.ts';
import type { ConfigField, FieldType } from './config-field.ts';

/** What is wrong with a value for a field, or `undefined` when it fits; of a secret without telling what would fit. */
export function checkConfigField(
  field: ConfigField,
  value: Json | undefined,
  isSecret: boolean = false,
): string | undefined {
  if (isEmpty(field, value)) return field.required ? 'a value is required' : undefined;
  const problem = typeChecks[field.type](value);
  if (problem !== undefined) return problem;
  const misfit = checkChoice(field, value) ?? checkPattern(field, value);
  if (misfit !== undefined) return isSecret ? 'the value does not fit' : misfit;
  return checkRange(field, value);
}

/** The empty text stands for nothing only where a text may stand. */
function isEmpty({ type }: ConfigField, value: Json | undefined): value is null | undefined | '' {
  return (
    value === undefined || value === null || (value === '' && ['string', 'text', 'password', 'select'].includes(type))
  );
}

const text = (value: Json): string | undefined => (typeof value === 'string' ? undefined : 'expected text');

const typeChecks: Record<FieldType, (value: Json) => string | undefined> = {
  string: text,
  text,
  password: text,
  number: (value) => (typeof value === 'number' ? undefined : 'expected a number'),
  integer: (value) => (Number.isInteger(value) ? undefined : 'expected a whole number'),
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'expected true or false'),
  select: () => undefined,
  object: (value) => (typeof value === 'object' && !Array.isArray(value) ? undefined : 'expected an object'),
  array: (value) => (Array.isArray(value) ? undefined : 'expected a list'),
};

function checkChoice(field: ConfigField, value: Json): string | undefined {
  const options = field.options?.map((option) => (isLabelled(option) ? option.value : option));
  const choices = options ?? field.enum;
  const chosen = field.type === 'array' && Array.isArray(value) ? value : [value];
  if (!choices || chosen.every((one) => choices.includes(one))) return undefined;
  return `expected one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
}

function isLabelled(option: unknown): option is { value: Json } {
  return typeof option === 'object' && option !== null && 'value' in option;
}

function checkRange({ min, max }: ConfigField, value: Json): string | undefined {
  const [size, unit] = sizeOf(value);
  if (size === undefined) return undefined;
  if (min !== undefined && size < min) return `expected at least ${min}${unit}`;
  if (max !== undefined && size > max) return `expected at most ${max}${unit}`;
  return undefined;
}

function sizeOf(value: Json): [number | undefined, string] {
  if (typeof value === 'number') return [value, ''];
  if (typeof value === 'string') return [value.length, ' characters'];
  if (Array.isArray(value)) return [value.length, ' entries'];
  return [undefined, ''];
}

function checkPattern({ pattern }: ConfigField, value: Json): string | undefined {
  if (pattern === undefined || typeof value !== 'string') return undefined;
  return new RegExp(pattern, 'u').test(value) ? undefined : `expected text like /${pattern}/`;
}
