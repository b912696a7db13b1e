import type { Json, JsonObject } from '../../protocol/json.ts';
import { isJsonObject } from '../../manifest/json-object.ts';
import { isPlainObject, type Refuse } from './checked-json.ts';
import { parsePath } from './parse-path.ts';

/** Makes what a plugin gets of a document. */
export type Project = (document: JsonObject) => JsonObject;

/** Members by name; an empty branch means all that is below. */
interface Branch {
  readonly [step: string]: Branch;
}

/** Checks which members are wanted. */
export function parseProjection(projection: unknown, refuse: Refuse): Project {
  if (projection === undefined || projection === null) return (document) => document;
  const wanted = wantedPaths(projection, refuse);
  const others = wanted.filter(([path]) => path !== '_id');
  const keepsId = wanted.find(([path]) => path === '_id')?.[1] ?? true;
  if (new Set(others.map(([, keep]) => keep)).size > 1) {
    throw refuse('the projection says of some members that they are wanted and of others that they are not');
  }
  const isChoice = others[0]?.[1] ?? (wanted.length > 0 && keepsId);
  if (isChoice) {
    const chosen = treeOf([...others.map(([path]) => path), ...(keepsId ? ['_id'] : [])], refuse);
    return (document) => pick(document, chosen) as JsonObject;
  }
  const unwanted = treeOf([...others.map(([path]) => path), ...(keepsId ? [] : ['_id'])], refuse);
  return (document) => omit(document, unwanted) as JsonObject;
}

function wantedPaths(projection: unknown, refuse: Refuse): (readonly [string, boolean])[] {
  if (Array.isArray(projection)) return projection.map((path) => [parsePath(path, refuse).join('.'), true]);
  if (!isPlainObject(projection)) throw refuse('projection is neither a list of paths nor 0 or 1 by path');
  const given = Object.entries(projection).filter(([, wanted]) => wanted !== undefined);
  return given.map(([path, wanted]) => {
    if (wanted === 1 || wanted === true) return [path, true];
    if (wanted === 0 || wanted === false) return [path, false];
    throw refuse(`the projection of "${path}" is neither 0 nor 1`);
  });
}

function treeOf(paths: readonly string[], refuse: Refuse): Branch {
  const tree: { [step: string]: Branch } = Object.create(null);
  for (const path of new Set(paths)) {
    const [first = '', ...rest] = parsePath(path, refuse);
    const whole = paths.includes(first);
    const below = paths.filter((other) => other.startsWith(`${first}.`)).map((other) => other.slice(first.length + 1));
    tree[first] = whole || rest.length === 0 ? {} : treeOf(below, refuse);
  }
  return tree;
}

function pick(value: Json, tree: Branch): Json | undefined {
  if (Object.keys(tree).length === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => pick(entry, tree)).filter((entry) => entry !== undefined);
  if (!isJsonObject(value)) return undefined;
  const members = Object.entries(tree).flatMap(([step, branch]) => {
    const member = Object.hasOwn(value, step) ? value[step] : undefined;
    const picked = member === undefined ? undefined : pick(member, branch);
    return picked === undefined ? [] : [[step, picked] as const];
  });
  return Object.fromEntries(members);
}

function omit(value: Json, tree: Branch): Json {
  if (Array.isArray(value)) return value.map((entry) => omit(entry, tree));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([step, member]) => {
    const branch = tree[step];
    if (branch === undefined) return [[step, member] as const];
    return Object.keys(branch).length === 0 ? [] : [[step, omit(member, branch)] as const];
  });
  return Object.fromEntries(members);
}
