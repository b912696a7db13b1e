import type { Json, JsonObject } from '../protocol/json.ts';
import { isJsonObject } from './json-object.ts';

/** Reads a value by key, or by dotted path into nested objects; keys that have dots themselves win. */
export function valueAt(config: JsonObject, key: string): Json | undefined {
  return valueOf(config, stepsTo(config, key) ?? [key]);
}

/** The value that some steps lead to. */
export function valueOf(config: Json | undefined, steps: readonly string[]): Json | undefined {
  let value = config;
  for (const step of steps) {
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

/** The steps by which `valueAt` finds a value, or `undefined` when there is none. */
function stepsTo(object: JsonObject, key: string): string[] | undefined {
  if (Object.hasOwn(object, key)) return [key];
  for (let dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
    const first = key.slice(0, dot);
    const inner = Object.hasOwn(object, first) ? object[first] : undefined;
    const rest = isJsonObject(inner) ? stepsTo(inner, key.slice(dot + 1)) : undefined;
    if (rest) return [first, ...rest];
  }
  return undefined;
}

/**
 * The change that sets one key or dotted path, where `valueAt` reads it: the whole top-level value with the new one
 * inside. A path that leads nowhere is made inside the setting that it begins with, else it is a key by itself.
 */
export function patchAt(config: JsonObject, key: string, value: Json): JsonObject {
  const [first = key, ...rest] = stepsTo(config, key) ?? newSteps(config, key);
  return { [first]: replacedAt(config[first], rest, value) };
}

function newSteps(config: JsonObject, key: string): string[] {
  for (let dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
    const first = key.slice(0, dot);
    if (!Object.hasOwn(config, first)) continue;
    const inner = config[first];
    const rest = key.slice(dot + 1);
    const steps = isJsonObject(inner) ? newSteps(inner, rest) : [rest];
    return [first, ...(steps.length > 1 ? steps : rest.split('.'))];
  }
  return [key];
}

/** A copy of a value with another one at the end of some steps; objects are made on the way. */
export function replacedAt(into: Json | undefined, steps: readonly string[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const object = isJsonObject(into) ? into : {};
  return { ...object, [step]: replacedAt(object[step], rest, value) };
}

/** A copy of a value without what some steps lead to. */
export function withoutAt(from: Json, steps: readonly string[]): Json {
  const [step, ...rest] = steps;
  if (step === undefined || !isJsonObject(from) || !Object.hasOwn(from, step)) return from;
  const { [step]: inner, ...others } = from;
  return rest.length === 0 ? others : { ...from, [step]: withoutAt(inner as Json, rest) };
}
