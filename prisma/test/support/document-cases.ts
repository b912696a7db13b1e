import type { DocumentFilter, DocumentQuery, Json, JsonObject } from '@catalyst-plugins/core';

/** `equals` with a dotted path. */
export const equals = (path: string, value: Json): DocumentFilter => ({ kind: 'equals', path: path.split('.'), value });
const oneOf = (path: string, values: Json[]): DocumentFilter => ({ kind: 'in', path: path.split('.'), values });
const not = (filter: DocumentFilter): DocumentFilter => ({ kind: 'not', filter });
const exists = (path: string, is = true): DocumentFilter => ({ kind: 'exists', path: path.split('.'), exists: is });
const matches = (path: string, pattern: string): DocumentFilter => ({
  kind: 'matches',
  path: path.split('.'),
  pattern,
});
/** `compare` with a dotted path. */
export const compare = (
  path: string,
  operator: 'gt' | 'gte' | 'lt' | 'lte',
  value: number | string,
): DocumentFilter => ({
  kind: 'compare',
  path: path.split('.'),
  operator,
  value,
});
/** Matches every document. */
export const all: DocumentFilter = { kind: 'and', filters: [] };

/** All documents, as they were inserted. */
export const everything: DocumentQuery = { filter: all, order: [], skip: 0, limit: undefined };

/** Documents, a filter, and what it finds. */
export interface FilterCase {
  readonly title: string;
  /** Documents by id; the order is that in which they are inserted. */
  readonly documents: Readonly<Record<string, JsonObject>>;
  readonly filter: DocumentFilter;
  readonly found: readonly string[];
}

const values: FilterCase['documents'] = {
  absent: {},
  null: { v: null },
  zero: { v: 0 },
  one: { v: 1 },
  text: { v: '1' },
  false: { v: false },
  list: { v: [1, 'x', null] },
  nested: { v: [[1]] },
  empty: { v: [] },
  object: { v: { a: 1, b: { c: 2 } } },
  larger: { v: { a: 1, b: { c: 2, d: 3 } } },
  objects: { v: [{ b: { c: 2 }, a: 1 }] },
};
const allBut = (...ids: string[]): string[] => Object.keys(values).filter((id) => !ids.includes(id));

const equality: readonly Omit<FilterCase, 'documents'>[] = [
  { title: 'a number', filter: equals('v', 1), found: ['one', 'list'] },
  { title: 'a text', filter: equals('v', '1'), found: ['text'] },
  { title: 'minus zero', filter: equals('v', -0), found: ['zero'] },
  { title: 'null', filter: equals('v', null), found: ['absent', 'null', 'list'] },
  { title: 'no null', filter: not(equals('v', null)), found: allBut('absent', 'null', 'list') },
  { title: 'not a number, also where nothing is', filter: not(equals('v', 1)), found: allBut('one', 'list') },
  { title: 'twice not', filter: not(not(equals('v', 1))), found: ['one', 'list'] },
  { title: 'an object, in any order', filter: equals('v', { b: { c: 2 }, a: 1 }), found: ['object', 'objects'] },
  { title: 'not a part of an object', filter: equals('v', { a: 1 }), found: [] },
  { title: 'an empty object is none of the others', filter: equals('v', {}), found: [] },
  { title: 'an empty list', filter: equals('v', []), found: ['empty'] },
  { title: 'a whole list', filter: equals('v', [1, 'x', null]), found: ['list'] },
  { title: 'a list in another order', filter: equals('v', ['x', 1, null]), found: [] },
  { title: 'a list as an entry', filter: equals('v', [1]), found: ['nested'] },
  { title: 'within an object', filter: equals('v.b.c', 2), found: ['object', 'larger'] },
  { title: 'not within each object of a list', filter: equals('v.a', 1), found: ['object', 'larger'] },
  { title: 'an entry of a list', filter: equals('v.0', 1), found: ['list', 'nested'] },
  { title: 'a member of an entry', filter: equals('v.0.b.c', 2), found: ['objects'] },
  { title: 'an object as an entry', filter: equals('v.0', { a: 1, b: { c: 2 } }), found: ['objects'] },
  { title: 'no entry from the end', filter: equals('v.-1', 1), found: [] },
  { title: 'no entry from the end, but null where none is', filter: not(equals('v.-1', null)), found: [] },
  {
    title: 'several',
    filter: oneOf('v', [0, '1', { a: 1, b: { c: 2 } }]),
    found: ['zero', 'text', 'object', 'objects'],
  },
  { title: 'several with null', filter: oneOf('v', [null, 0]), found: ['absent', 'null', 'zero', 'list'] },
  { title: 'none of several', filter: not(oneOf('v', [0, null])), found: allBut('absent', 'null', 'zero', 'list') },
  { title: 'none', filter: oneOf('v', []), found: [] },
  { title: 'any value', filter: exists('v'), found: allBut('absent') },
  { title: 'no value', filter: exists('v', false), found: ['absent'] },
  { title: 'an entry that is there', filter: exists('v.1'), found: ['list'] },
  { title: 'no steps that only the database knows', filter: exists('v. 1'), found: [] },
  { title: 'all of nothing', filter: all, found: Object.keys(values) },
  { title: 'one of nothing', filter: { kind: 'or', filters: [] }, found: [] },
  { title: 'none of nothing', filter: not({ kind: 'or', filters: [] }), found: Object.keys(values) },
  {
    title: 'neither, nor',
    filter: not({ kind: 'or', filters: [compare('v', 'gt', 0), matches('v', 'x')] }),
    found: allBut('one', 'list'),
  },
  { title: 'the id', filter: equals('_id', 'one'), found: ['one'] },
  { title: 'another id', filter: not(equals('_id', 'one')), found: allBut('one') },
  { title: 'an id that is no text', filter: equals('_id', 1), found: [] },
  { title: 'several ids', filter: oneOf('_id', ['text', 'one', 1, 'none']), found: ['one', 'text'] },
];

const long = 'l'.repeat(119);
const texts: FilterCase['documents'] = {
  upper: { v: 'Z' },
  lower: { v: 'a' },
  accent: { v: 'ä' },
  // Beyond U+FFFF, where the order of UTF-16 is another one.
  emoji: { v: '😀' },
  private: { v: '\uFB00' },
  hyphen: { v: 'a-b' },
  letters: { v: 'ab' },
  long119: { v: long },
  long120: { v: `${long}a` },
  long121a: { v: `${long}ab` },
  long121b: { v: `${long}aa` },
  number: { v: 5 },
};
const numbers: FilterCase['documents'] = {
  least: { v: -Number.MAX_VALUE },
  tenth: { v: 0.1 },
  thirds: { v: 0.1 + 0.2 },
  tiny: { v: 5e-324 },
  safe: { v: 2 ** 53 },
  most: { v: Number.MAX_VALUE },
  text: { v: '7' },
  null: { v: null },
  absent: {},
  true: { v: true },
};
const comparisons: readonly FilterCase[] = [
  { title: '> 0.1', documents: numbers, filter: compare('v', 'gt', 0.1), found: ['thirds', 'safe', 'most'] },
  { title: '>= 0.1', documents: numbers, filter: compare('v', 'gte', 0.1), found: ['tenth', 'thirds', 'safe', 'most'] },
  { title: '< 0.1', documents: numbers, filter: compare('v', 'lt', 0.1), found: ['least', 'tiny'] },
  {
    title: '<= 2^53 - 1',
    documents: numbers,
    filter: compare('v', 'lte', 2 ** 53 - 1),
    found: ['least', 'tenth', 'thirds', 'tiny'],
  },
  { title: '<= the least', documents: numbers, filter: compare('v', 'lte', -Number.MAX_VALUE), found: ['least'] },
  { title: '>= the most', documents: numbers, filter: compare('v', 'gte', Number.MAX_VALUE), found: ['most'] },
  {
    title: 'what is not less is all else',
    documents: numbers,
    filter: not(compare('v', 'lt', 2 ** 53)),
    found: ['safe', 'most', 'text', 'null', 'absent', 'true'],
  },
  {
    title: '> a',
    documents: texts,
    filter: compare('v', 'gt', 'a'),
    found: ['accent', 'emoji', 'private', 'hyphen', 'letters', 'long119', 'long120', 'long121a', 'long121b'],
  },
  { title: '<= a', documents: texts, filter: compare('v', 'lte', 'a'), found: ['upper', 'lower'] },
  { title: '< ab', documents: texts, filter: compare('v', 'lt', 'ab'), found: ['upper', 'lower', 'hyphen'] },
  { title: '> U+FB00', documents: texts, filter: compare('v', 'gt', '\uFB00'), found: ['emoji'] },
  {
    title: '> the empty text',
    documents: texts,
    filter: compare('v', 'gt', ''),
    found: Object.keys(texts).filter((id) => id !== 'number'),
  },
  {
    title: '> 119 characters',
    documents: texts,
    filter: compare('v', 'gt', long),
    found: ['accent', 'emoji', 'private', 'long120', 'long121a', 'long121b'],
  },
  {
    title: '> 120 characters',
    documents: texts,
    filter: compare('v', 'gt', `${long}a`),
    found: ['accent', 'emoji', 'private', 'long121a', 'long121b'],
  },
  {
    title: '>= 121 characters',
    documents: texts,
    filter: compare('v', 'gte', `${long}ab`),
    found: ['accent', 'emoji', 'private', 'long121a'],
  },
  {
    title: '< 121 characters',
    documents: texts,
    filter: compare('v', 'lt', `${long}ab`),
    found: ['upper', 'lower', 'hyphen', 'letters', 'long119', 'long120', 'long121b'],
  },
];

/** What breaks statements that are put together from texts. */
export const hostileText = `'; DROP TABLE plugin_documents; --"\\{},$1 é😀`;
const awkward: FilterCase['documents'] = {
  member: { [hostileText]: 'here', __proto__x: 1 },
  value: { v: hostileText },
  entry: { v: [hostileText, 'NULL', ''] },
  nested: { [hostileText]: { 'a.b': { '': 3 } } },
  lines: { v: 'one\ntwo' },
  other: { v: 'other' },
  NULL: { v: 'null' },
};
const strange: readonly FilterCase[] = [
  {
    title: 'a name of a member',
    documents: awkward,
    filter: { kind: 'equals', path: [hostileText], value: 'here' },
    found: ['member'],
  },
  { title: 'a value', documents: awkward, filter: equals('v', hostileText), found: ['value', 'entry'] },
  {
    title: 'a compared value',
    documents: awkward,
    filter: { kind: 'and', filters: [compare('v', 'gte', hostileText), compare('v', 'lte', hostileText)] },
    found: ['value'],
  },
  {
    title: 'a compared path',
    documents: awkward,
    filter: { kind: 'compare', path: [hostileText], operator: 'gte', value: 'here' },
    found: ['member'],
  },
  {
    title: 'several values',
    documents: awkward,
    filter: oneOf('v', [hostileText, '{', '}', '"', ',']),
    found: ['value', 'entry'],
  },
  { title: 'the text NULL', documents: awkward, filter: oneOf('v', ['NULL']), found: ['entry'] },
  { title: 'the empty text', documents: awkward, filter: equals('v', ''), found: ['entry'] },
  {
    title: 'names with dots',
    documents: awkward,
    filter: { kind: 'exists', path: [hostileText, 'a.b', ''], exists: true },
    found: ['nested'],
  },
  {
    title: 'a name of a prototype',
    documents: awkward,
    filter: { kind: 'equals', path: ['__proto__'], value: 1 },
    found: [],
  },
  { title: 'an id', documents: awkward, filter: oneOf('_id', [hostileText, 'NULL', '"']), found: ['NULL'] },
  { title: 'a pattern', documents: awkward, filter: matches('v', `^';.*\\{\\},\\$1`), found: ['value', 'entry'] },
  { title: 'a pattern over lines', documents: awkward, filter: matches('v', '^one.two$'), found: ['lines'] },
  { title: 'an end of a line, which is none of the text', documents: awkward, filter: matches('v', 'one$'), found: [] },
  { title: 'not a pattern', documents: awkward, filter: not(matches('v', 'o')), found: ['member', 'nested', 'NULL'] },
];

/** Every kind of filter, with what SQL would do otherwise if nobody saw to it. */
export const filterCases: readonly FilterCase[] = [
  ...equality.map((entry) => ({ ...entry, documents: values })),
  ...comparisons,
  ...strange,
];

/** One of each kind, and what is hard to put in order. */
export const mixedDocuments: FilterCase['documents'] = {
  object: { v: { a: 1 } },
  true: { v: true },
  emoji: { v: '😀' },
  two: { v: 2 },
  absent: {},
  false: { v: false },
  lower: { v: 'b' },
  list: { v: [1] },
  ten: { v: 10 },
  null: { v: null },
  ligature: { v: '\uFB00' },
  two2: { v: 2, second: 1 },
  upper: { v: 'Z' },
  minus: { v: -1.5 },
  long2: { v: `${long}zz` },
  long1: { v: `${long}za` },
};
/** Their ids in ascending order. */
export const ascending: readonly string[] =
  'absent null minus two two2 ten upper lower long1 long2 ligature emoji false true object list'.split(' ');
/** Their ids in descending order, where those that are equal stay as they are. */
export const descending: readonly string[] =
  'object list true false emoji ligature long2 long1 lower upper ten two two2 minus absent null'.split(' ');
