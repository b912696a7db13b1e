import { toStorableJson } from '../../manifest/storable-json.ts';
import type { Json } from '../../protocol/json.ts';

/** PostgreSQL runs out of stack for much deeper values. */
const maxDepth = 1_000;

/** Makes an error that says what is wrong with the input. */
export type Refuse = (problem: string, hint?: string) => Error;

/** A value as JSON keeps it: a copy, dates as ISO texts. Throws for what is not JSON. */
export function checkedJson(value: unknown, refuse: Refuse): Json {
  const json = toStorableJson(value);
  if (!('text' in json)) throw refuse(json.problem);
  const copy: Json = JSON.parse(json.text);
  const problem = structureProblem(copy);
  if (problem !== undefined) throw refuse(problem);
  return copy;
}

/** Why a JSON value cannot be kept all the same: its depth or a name in it; or `undefined`. */
export function structureProblem(value: Json): string | undefined {
  return memberProblem(value, maxDepth);
}

function memberProblem(value: Json, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `it is nested more than ${maxDepth} levels deep`;
  if (Object.hasOwn(value, '__proto__')) return 'a member is called __proto__';
  for (const member of Object.values(value)) {
    const problem = memberProblem(member, depth - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether a value is an object with members: no list, date, regular expression or other instance. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  // plugins may pass objects of another realm, whose prototype is another Object.prototype
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value;
}
