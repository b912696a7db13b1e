import { parse, type DocumentNode, type MemberNode, type ObjectNode, type ValueNode } from '@humanwhocodes/momoa';
import type { Issue } from '../errors/plugin-error.ts';
import { describeError } from '../errors/describe-error.ts';
import { escapePointer } from '../errors/json-pointer.ts';
import type { Json } from '../protocol/json.ts';
import { unstorableReason } from './storable-json.ts';

/** Deeper nesting than this is refused: no manifest needs it, and recursion has an end. */
const maxDepth = 100;

interface Position {
  readonly line: number;
  readonly column: number;
}

/** JSON text with its positions: the value, and where each part of it stands. */
export interface JsonSource {
  readonly value: Json;
  /** Where the value at the path begins; a missing part is reported where its parent begins. */
  locate(path: readonly PropertyKey[]): Position;
}

/** Either the source, or what is wrong with the text. */
export type JsonSourceResult = { readonly source: JsonSource } | { readonly issues: readonly Issue[] };

/** Reads JSON strictly: malformed text, duplicate keys, `__proto__` keys and unstorable texts are issues with their place. */
export function readJsonSource(text: string): JsonSourceResult {
  let document: DocumentNode;
  try {
    document = parse(text.startsWith('\uFEFF') ? text.slice(1) : text, { mode: 'json' });
  } catch (error) {
    return { issues: [syntaxIssue(error)] };
  }
  const issues: Issue[] = [];
  const value = toValue(document.body, { issues, pointer: '', depth: 0 });
  if (issues.length > 0) return { issues };
  return { source: { value, locate: createLocator(document.body) } };
}

interface Walk {
  readonly issues: Issue[];
  readonly pointer: string;
  readonly depth: number;
}

function toValue(node: ValueNode, walk: Walk): Json {
  if (walk.depth > maxDepth) {
    walk.issues.push({ pointer: walk.pointer, message: `nested deeper than ${maxDepth} levels`, ...startOf(node) });
    return null;
  }
  if (node.type === 'Object') return toObject(node.members, walk);
  if (node.type === 'Array') {
    return node.elements.map((element, index) =>
      toValue(element.value, { ...walk, pointer: `${walk.pointer}/${index}`, depth: walk.depth + 1 }),
    );
  }
  if (node.type === 'Null') return null;
  if (node.type === 'String') {
    refuseUnstorable(node.value, walk, node.loc.start);
    return node.value;
  }
  return node.type === 'Number' || node.type === 'Boolean' ? node.value : null;
}

function refuseUnstorable(text: string, { issues, pointer }: Walk, { line, column }: Position): void {
  const message = unstorableReason(text);
  if (message !== undefined) issues.push({ pointer, message, line, column });
}

function toObject(members: readonly MemberNode[], walk: Walk): Json {
  const seen = new Map<string, Json>();
  for (const member of members) {
    const key = keyOf(member);
    const pointer = `${walk.pointer}/${escapePointer(key)}`;
    if (seen.has(key)) walk.issues.push({ pointer, message: `the key "${key}" stands twice`, ...at(member) });
    if (key === '__proto__')
      walk.issues.push({ pointer, message: 'the key "__proto__" is not allowed', ...at(member) });
    refuseUnstorable(key, { ...walk, pointer }, at(member));
    seen.set(key, toValue(member.value, { ...walk, pointer, depth: walk.depth + 1 }));
  }
  return Object.fromEntries(seen);
}

function createLocator(root: ValueNode): JsonSource['locate'] {
  const indexes = new Map<ObjectNode, Map<string, MemberNode>>();
  const memberOf = (node: ObjectNode, key: string): MemberNode | undefined => {
    const index = indexes.get(node) ?? new Map(node.members.map((member) => [keyOf(member), member]));
    indexes.set(node, index);
    return index.get(key);
  };
  return (path) => {
    let node = root;
    let position = startOf(root);
    for (const step of path) {
      if (node.type === 'Object') {
        const member = memberOf(node, String(step));
        if (!member) return position;
        position = at(member);
        node = member.value;
      } else if (node.type === 'Array') {
        const element = node.elements[Number(step)];
        if (!element) return position;
        node = element.value;
        position = startOf(node);
      } else {
        return position;
      }
    }
    return position;
  };
}

function keyOf(member: MemberNode): string {
  return member.name.type === 'String' ? member.name.value : member.name.name;
}

function at(member: MemberNode): Position {
  return startOf(member.name);
}

function startOf(node: { readonly loc: { readonly start: Position } }): Position {
  const { line, column } = node.loc.start;
  return { line, column };
}

function syntaxIssue(error: unknown): Issue {
  if (error instanceof RangeError) return { pointer: '', message: 'nested too deeply to be read', line: 1, column: 1 };
  const { line, column } = error as Partial<Position>;
  const message = describeError(error).replace(/ \(\d+:\d+\)$/, '');
  return { pointer: '', message: `not JSON: ${message}`, line: line ?? 1, column: column ?? 1 };
}
