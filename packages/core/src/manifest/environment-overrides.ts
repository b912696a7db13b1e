import { pointerOf } from '../errors/json-pointer.ts';
import type { Issue } from '../errors/plugin-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { configFields, type ConfigField, type FieldType } from './config-field.ts';
import { replacedAt, valueOf } from './config-paths.ts';
import { isJsonObject } from './json-object.ts';
import { checkConfig, declaredKeys, resolveConfig } from './plugin-configuration.ts';
import type { PluginManifest } from './plugin-manifest.ts';
import { partsOf, schemasAt } from './schema-parts.ts';

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting that the environment decides. */
export interface ConfigOverride {
  /** From the top-level key inwards. */
  readonly steps: readonly string[];
  readonly variable: string;
  readonly value: Json;
}

/** What the environment says about the settings of a plugin, and what of it cannot be used. */
export interface ConfigOverrides {
  readonly overrides: readonly ConfigOverride[];
  readonly warnings: readonly Issue[];
}

/** A setting that a variable may name. */
interface Setting {
  readonly steps: readonly string[];
  readonly variable: string;
  readonly read: (text: string) => Json | undefined;
}

/** Deeper settings are reached by the JSON text of the one that they are in. */
const deepest = 8;

/**
 * Finds the variables `CATALYST_CONFIG__<PLUGIN>__<KEY>` of a plugin: upper-case, other characters than letters and
 * digits as `_`, and `__` before each member inside. Those that do not fit are left out, with a warning.
 */
export function environmentOverrides(manifest: PluginManifest, environment: Environment): ConfigOverrides {
  const prefix = `CATALYST_CONFIG__${variablePart(manifest.name)}__`;
  const given = Object.keys(environment).filter((name) => name.startsWith(prefix) && environment[name] !== undefined);
  if (given.length === 0) return { overrides: [], warnings: [] };
  const settings = settingsOf(manifest, prefix);
  const overrides: ConfigOverride[] = [];
  const warnings: Issue[] = [];
  for (const variable of given) {
    const named = settings.filter((setting) => setting.variable === variable);
    if (named.length === 0) warnings.push({ pointer: '', message: `${variable} names no setting of the plugin` });
    for (const { steps, read } of named) {
      const value = read(environment[variable] ?? '');
      const problem = value === undefined ? 'it is not of the right type' : misfit(manifest, steps, value);
      if (value !== undefined && problem === undefined) overrides.push({ steps, variable, value });
      else warnings.push({ pointer: pointerOf(steps), message: `${variable} is ignored: ${problem}` });
    }
  }
  return { overrides, warnings };
}

/** A configuration with what the environment decides. */
export function withOverrides(config: JsonObject, overrides: readonly ConfigOverride[]): JsonObject {
  let all: Json = config;
  for (const { steps, value } of overrides) all = replacedAt(all, steps, value);
  return all as JsonObject;
}

function misfit(manifest: PluginManifest, steps: readonly string[], value: Json): string | undefined {
  const [key = ''] = steps;
  const config = withOverrides(resolveConfig(manifest, {}), [{ steps, value, variable: '' }]);
  const pointer = pointerOf(steps);
  return checkConfig(manifest, config, [key]).find(
    (issue) =>
      issue.pointer === pointer || issue.pointer.startsWith(`${pointer}/`) || issue.pointer === pointerOf([key]),
  )?.message;
}

function variablePart(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
}

/** All settings that the manifest describes, those inside of others too. */
function settingsOf(manifest: PluginManifest, prefix: string): Setting[] {
  const { configSchema: root = {} } = manifest;
  const defaults = resolveConfig(manifest, {});
  const fields = configFields(manifest.config);
  const settings: Setting[] = [];
  const add = (steps: readonly string[], value: Json | undefined, schemas: readonly JsonObject[]): void => {
    const field = steps.length === 1 ? fields.get(steps[0] ?? '') : undefined;
    const described = field ? typesOfField(field) : schemas.flatMap(typesOf);
    const types = described.length > 0 || value === undefined ? described : [typeOf(value)];
    const variable = prefix + steps.map(variablePart).join('__');
    settings.push({ steps, variable, read: (text) => readText(text, types) });
    if (steps.length === deepest) return;
    const members = new Set([...membersOf(value), ...schemas.flatMap(({ properties }) => membersOf(properties))]);
    for (const key of members) add([...steps, key], valueOf(value, [key]), partsOf(root, schemasAt(schemas, key)));
  };
  const top = partsOf(root, [root]);
  for (const key of Object.keys(declaredKeys(manifest))) add([key], defaults[key], partsOf(root, schemasAt(top, key)));
  return settings;
}

function membersOf(value: Json | undefined): string[] {
  return isJsonObject(value) ? Object.keys(value) : [];
}

const fieldTypes: Readonly<Record<FieldType, readonly string[]>> = {
  string: ['string'],
  text: ['string'],
  password: ['string'],
  number: ['number'],
  integer: ['number'],
  boolean: ['boolean'],
  select: [],
  object: ['object'],
  array: ['array'],
};

function typesOfField({ type, options, enum: choices = [] }: ConfigField): readonly string[] {
  return type === 'select' ? (options ?? choices).map(typeOfOption) : fieldTypes[type];
}

function typesOf({ type, enum: choices }: JsonObject): string[] {
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (types.length === 0 && Array.isArray(choices)) return choices.map(typeOf);
  return types.map((one) => (one === 'integer' ? 'number' : (one as string)));
}

function typeOfOption(option: unknown): string {
  const isLabelled = typeof option === 'object' && option !== null && 'value' in option;
  return typeOf((isLabelled ? option.value : option) as Json);
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** The value that a text stands for: of the first type that it can be read as; text itself comes last. */
function readText(text: string, types: readonly string[]): Json | undefined {
  if (types.length === 0) return parsed(text) ?? text;
  if (types.includes('boolean') && booleans.has(text.toLowerCase())) return booleans.get(text.toLowerCase());
  if (types.includes('number') && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  const json = types.some((type) => ['object', 'array', 'null'].includes(type)) ? parsed(text) : undefined;
  if (json !== undefined && types.includes(typeOf(json))) return json;
  return types.includes('string') ? text : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
