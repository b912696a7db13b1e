import type { DocumentPath } from '../../ports/collection-store.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { kindOf, type Refuse } from './checked-json.ts';

type Container = JsonObject | Json[];

/** Puts a value at a path of a document; objects that are missing on the way are made. */
export function setAt(document: JsonObject, path: DocumentPath, value: Json, refuse: Refuse): void {
  let container: Container = document;
  for (const [index, step] of path.slice(0, -1).entries()) {
    let next: Json = memberOf(container, step) ?? null;
    if (next === null) {
      next = {};
      setMember(container, step, next, refuse);
    }
    if (typeof next !== 'object') {
      throw refuse(`"${path.join('.')}" leads into ${kindOf(next)} at "${path.slice(0, index + 1).join('.')}"`);
    }
    container = next;
  }
  setMember(container, path.at(-1) ?? '', value, refuse);
}

/** Takes the value at a path out of a document; an entry of a list becomes `null`, so that the others keep their places. */
export function deleteAt(document: JsonObject, path: DocumentPath): void {
  let container: Json | undefined = document;
  for (const step of path.slice(0, -1)) {
    container = memberOf(container, step);
    if (typeof container !== 'object' || container === null) return;
  }
  const last = path.at(-1) ?? '';
  if (!Array.isArray(container)) delete container[last];
  else if (memberOf(container, last) !== undefined) container[Number(last)] = null;
}

function memberOf(container: Container, step: string): Json | undefined {
  if (Array.isArray(container)) return /^\d+$/.test(step) ? container[Number(step)] : undefined;
  return Object.hasOwn(container, step) ? container[step] : undefined;
}

function setMember(container: Container, step: string, value: Json, refuse: Refuse): void {
  if (!Array.isArray(container)) {
    container[step] = value;
    return;
  }
  const place = /^\d+$/.test(step) ? Number(step) : Number.NaN;
  if (!(place <= container.length)) throw refuse(`"${step}" is no place in a list of ${container.length}`);
  container[place] = value;
}
