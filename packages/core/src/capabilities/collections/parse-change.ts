import type { DocumentPath } from '../../ports/collection-store.ts';
import { documentMatcher, equalJson, valueAt } from '../../ports/match-document.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { checkedJson, isPlainObject, kindOf, type Refuse } from './checked-json.ts';
import { givenId } from './document-id.ts';
import { deleteAt, setAt } from './edit-document.ts';
import { isOperators, parseCondition, parseFilter, unknownOperator } from './parse-filter.ts';
import { parsePath } from './parse-path.ts';

/** Changes a document in place. Throws what `refuse` makes when that cannot be. */
export type Edit = (document: JsonObject) => void;

type ParseEdit = (path: DocumentPath, operand: unknown, refuse: Refuse) => Edit | undefined;

const edits: Readonly<Record<string, ParseEdit>> = {
  $set: parseSet,
  $unset: (path, _operand, refuse) => (document) => deleteAt(document, checkedTarget(path, refuse)),
  $inc: parseIncrement,
  $push: parsePush,
  $pull: parsePull,
};

/** Checks what is to become of documents: values by path, and operators. */
export function parseChange(change: unknown, refuse: Refuse): Edit {
  if (!isPlainObject(change)) throw refuse(`a change is an object, not ${kindOf(change)}`);
  const bare = Object.entries(change).filter(([key]) => !key.startsWith('$'));
  const operators = Object.entries(change).filter(([key]) => key.startsWith('$'));
  const paths: DocumentPath[] = [];
  const parsed: Edit[] = [];
  for (const [operator, operands] of [['$set', Object.fromEntries(bare)] as const, ...operators]) {
    const parse = Object.hasOwn(edits, operator) ? edits[operator] : undefined;
    if (!parse) throw unknownOperator(operator, Object.keys(edits), refuse);
    for (const [key, operand] of operandsOf(operator, operands, refuse)) {
      const path = parsePath(key, refuse);
      const edit = parse(path, operand, refuse);
      if (!edit) continue;
      paths.push(path);
      parsed.push(edit);
    }
  }
  assertApart(paths, refuse);
  return (document) => {
    for (const edit of parsed) edit(document);
  };
}

function operandsOf(operator: string, operands: unknown, refuse: Refuse): [unknown, unknown][] {
  // as JSON does it: a member without a value is none
  if (operands === undefined) return [];
  if (isPlainObject(operands)) return Object.entries(operands);
  if (operator === '$unset' && typeof operands === 'string') return [[operands, true]];
  if (operator === '$unset' && Array.isArray(operands)) return operands.map((path: unknown) => [path, true]);
  throw refuse(`${operator} takes an object with paths, not ${kindOf(operands)}`);
}

/** The result would depend on which of the two came first. */
function assertApart(paths: readonly DocumentPath[], refuse: Refuse): void {
  const names = new Set<string>();
  for (const path of paths) {
    const name = path.join('.');
    if (names.has(name)) throw refuse(`it changes "${name}" and "${name}", which overlap`);
    names.add(name);
  }
  for (const path of paths) {
    const outer = path.map((_, depth) => path.slice(0, depth).join('.')).find((name) => names.has(name));
    if (outer !== undefined) throw refuse(`it changes "${outer}" and "${path.join('.')}", which overlap`);
  }
}

const ownMembers = ['_id', '_createdAt', '_updatedAt'];

/** Throws for a path that only the host may change. */
function checkedTarget(path: DocumentPath, refuse: Refuse): DocumentPath {
  if (ownMembers.includes(path[0] ?? '')) throw refuse(`${path[0]} is kept by the host`);
  return path;
}

function parseSet(path: DocumentPath, operand: unknown, refuse: Refuse): Edit | undefined {
  // as JSON does it: a member without a value is none
  if (operand === undefined) return undefined;
  const value = jsonOf(path, operand, refuse);
  if (!ownMembers.includes(path[0] ?? '')) return (document) => setAt(document, path, structuredClone(value), refuse);
  // a document that is written back whole is no attempt to change them; of the times an insert takes no notice either
  if (path[0] !== '_id') return undefined;
  return (document) => {
    if (!equalJson(valueAt(document, path) ?? null, givenId(value))) throw refuse('_id cannot be changed');
  };
}

function parseIncrement(path: DocumentPath, operand: unknown, refuse: Refuse): Edit {
  const name = checkedTarget(path, refuse).join('.');
  if (typeof operand !== 'number' || !Number.isFinite(operand)) {
    throw refuse(`$inc of "${name}" takes a number, not ${kindOf(operand)}`);
  }
  return (document) => {
    const value = valueAt(document, path) ?? 0;
    if (typeof value !== 'number') throw refuse(`$inc of "${name}" finds ${kindOf(value)} there, not a number`);
    if (!Number.isFinite(value + operand)) throw refuse(`$inc of "${name}" leaves the range of numbers`);
    setAt(document, path, value + operand, refuse);
  };
}

function parsePush(path: DocumentPath, operand: unknown, refuse: Refuse): Edit {
  const name = checkedTarget(path, refuse).join('.');
  const entries = pushedEntries(path, operand, refuse);
  return (document) => {
    const list = valueAt(document, path) ?? [];
    if (!Array.isArray(list)) throw refuse(`$push to "${name}" finds ${kindOf(list)} there, not a list`);
    setAt(document, path, [...list, ...structuredClone(entries)], refuse);
  };
}

function pushedEntries(path: DocumentPath, operand: unknown, refuse: Refuse): Json[] {
  if (!isOperators(operand, refuse)) return [jsonOf(path, operand, refuse)];
  const unknown = Object.keys(operand).find((operator) => operator !== '$each');
  if (unknown !== undefined) throw unknownOperator(unknown, ['$each'], refuse);
  const entries = operand['$each'];
  if (!Array.isArray(entries)) throw refuse(`$each takes a list, not ${kindOf(entries)}`);
  return entries.map((entry) => jsonOf(path, entry, refuse));
}

function parsePull(path: DocumentPath, operand: unknown, refuse: Refuse): Edit {
  const name = checkedTarget(path, refuse).join('.');
  const isPulled = entryMatcher(operand, refuse);
  return (document) => {
    const list = valueAt(document, path) ?? undefined;
    if (list === undefined) return;
    if (!Array.isArray(list)) throw refuse(`$pull from "${name}" finds ${kindOf(list)} there, not a list`);
    setAt(
      document,
      path,
      list.filter((entry) => !isPulled(entry)),
      refuse,
    );
  };
}

/** An object means the entries that have its members, a condition those that fulfil it, any other value those equal to it. */
function entryMatcher(operand: unknown, refuse: Refuse): (entry: Json) => boolean {
  if (isPlainObject(operand) && !isOperators(operand, refuse)) {
    const matches = documentMatcher(parseFilter(operand, refuse));
    return (entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry) && matches(entry);
  }
  const matches = documentMatcher(parseCondition(['entry'], operand, refuse));
  return (entry) => matches({ entry });
}

function jsonOf(path: DocumentPath, value: unknown, refuse: Refuse): Json {
  return checkedJson(value, (problem) => refuse(`the value for "${path.join('.')}" cannot be stored: ${problem}`));
}
