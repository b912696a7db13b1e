import type {
  CollectionName,
  DocumentFilter,
  DocumentOrder,
  DocumentQuery,
  Json,
  JsonObject,
} from '@catalyst-plugins/core';
import { newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

const equals = (path: string, value: Json): DocumentFilter => ({ kind: 'equals', path: path.split('.'), value });
const oneOf = (path: string, values: Json[]): DocumentFilter => ({ kind: 'in', path: path.split('.'), values });
const not = (filter: DocumentFilter): DocumentFilter => ({ kind: 'not', filter });
const exists = (path: string, is = true): DocumentFilter => ({ kind: 'exists', path: path.split('.'), exists: is });
const matches = (path: string, pattern: string): DocumentFilter => ({
  kind: 'matches',
  path: path.split('.'),
  pattern,
});
const compare = (path: string, operator: 'gt' | 'gte' | 'lt' | 'lte', value: number | string): DocumentFilter => ({
  kind: 'compare',
  path: path.split('.'),
  operator,
  value,
});
const all: DocumentFilter = { kind: 'and', filters: [] };

interface Case {
  readonly title: string;
  /** Documents by id; the order is that in which they are inserted. */
  readonly documents: Readonly<Record<string, JsonObject>>;
  readonly filter: DocumentFilter;
  readonly found: readonly string[];
}

const values: Case['documents'] = {
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

const equality: readonly Omit<Case, 'documents'>[] = [
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
const texts: Case['documents'] = {
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
const numbers: Case['documents'] = {
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
const comparisons: readonly Case[] = [
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

const evil = `'; DROP TABLE plugin_documents; --"\\{},$1 é😀`;
const awkward: Case['documents'] = {
  member: { [evil]: 'here', __proto__x: 1 },
  value: { v: evil },
  entry: { v: [evil, 'NULL', ''] },
  nested: { [evil]: { 'a.b': { '': 3 } } },
  lines: { v: 'one\ntwo' },
  other: { v: 'other' },
  NULL: { v: 'null' },
};
const strange: readonly Case[] = [
  {
    title: 'a name of a member',
    documents: awkward,
    filter: { kind: 'equals', path: [evil], value: 'here' },
    found: ['member'],
  },
  { title: 'a value', documents: awkward, filter: equals('v', evil), found: ['value', 'entry'] },
  {
    title: 'a compared value',
    documents: awkward,
    filter: { kind: 'and', filters: [compare('v', 'gte', evil), compare('v', 'lte', evil)] },
    found: ['value'],
  },
  {
    title: 'a compared path',
    documents: awkward,
    filter: { kind: 'compare', path: [evil], operator: 'gte', value: 'here' },
    found: ['member'],
  },
  {
    title: 'several values',
    documents: awkward,
    filter: oneOf('v', [evil, '{', '}', '"', ',']),
    found: ['value', 'entry'],
  },
  { title: 'the text NULL', documents: awkward, filter: oneOf('v', ['NULL']), found: ['entry'] },
  { title: 'the empty text', documents: awkward, filter: equals('v', ''), found: ['entry'] },
  {
    title: 'names with dots',
    documents: awkward,
    filter: { kind: 'exists', path: [evil, 'a.b', ''], exists: true },
    found: ['nested'],
  },
  {
    title: 'a name of a prototype',
    documents: awkward,
    filter: { kind: 'equals', path: ['__proto__'], value: 1 },
    found: [],
  },
  { title: 'an id', documents: awkward, filter: oneOf('_id', [evil, 'NULL', '"']), found: ['NULL'] },
  { title: 'a pattern', documents: awkward, filter: matches('v', `^';.*\\{\\},\\$1`), found: ['value', 'entry'] },
  { title: 'a pattern over lines', documents: awkward, filter: matches('v', '^one.two$'), found: ['lines'] },
  { title: 'an end of a line, which is none of the text', documents: awkward, filter: matches('v', 'one$'), found: [] },
  { title: 'not a pattern', documents: awkward, filter: not(matches('v', 'o')), found: ['member', 'nested', 'NULL'] },
];

const mixed: Case['documents'] = {
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
const ascending = 'absent null minus two two2 ten upper lower long1 long2 ligature emoji false true object list'.split(
  ' ',
);
const descending = 'object list true false emoji ligature long2 long1 lower upper ten two two2 minus absent null'.split(
  ' ',
);

async function store(stores: PrismaStores, documents: Case['documents']): Promise<CollectionName> {
  const plugin = uniquePluginName();
  await stores.plugins.add(newPlugin(plugin), []);
  const name = { plugin, collection: 'things' };
  const stored = Object.entries(documents).map(([id, data]) => ({ id, data: { ...data, _id: id } }));
  await stores.collections.insert(name, stored);
  return name;
}

function query(filter: DocumentFilter, rest: Partial<DocumentQuery> = {}): DocumentQuery {
  return { filter, order: [], skip: 0, limit: undefined, ...rest };
}

function describeFilters(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: documents`, () => {
    let opened: Disposable<Database>;
    let stores: PrismaStores;
    beforeAll(async () => {
      opened = await open();
      stores = createPrismaStores(opened.value);
    });
    afterAll(() => opened?.dispose());

    async function expectFound(name: CollectionName, filter: DocumentFilter, found: readonly string[]): Promise<void> {
      const documents = await stores.collections.find(name, query(filter));
      expect(documents.map((document) => document['_id'])).toEqual(found);
      expect(await stores.collections.count(name, filter)).toBe(found.length);
    }

    const cases = [...equality.map((entry) => ({ ...entry, documents: values })), ...comparisons, ...strange];
    it.each(cases)('are found by: $title', async ({ documents, filter, found }) => {
      const name = await store(stores, documents);
      await expectFound(name, filter, found);
      await stores.collections.declare(name.plugin, { things: { indexes: ['v', evil, 'v.b.c'] } });
      await expectFound(name, filter, found);
    });

    describe.each([
      ['without an index', {}],
      ['with an index', { things: { indexes: ['v'] } }],
    ])('%s', (_, declared) => {
      it.each([false, true])('are put in order, descending: %s', async (down) => {
        const name = await store(stores, mixed);
        await stores.collections.declare(name.plugin, declared);
        const order: DocumentOrder[] = [{ path: ['v'], descending: down }];
        const expected = down ? descending : ascending;
        for (const limit of [undefined, 3, 8, 9, 16]) {
          for (const skip of [0, 8, 9]) {
            const found = await stores.collections.find(name, query(all, { order, skip, limit }));
            const end = limit === undefined ? undefined : skip + limit;
            expect(found.map((document) => document['_id'])).toEqual(expected.slice(skip, end));
          }
        }
      });
    });

    it('are put in order by several paths, and otherwise stay as they were inserted', async () => {
      const name = await store(stores, { c: { a: 1, b: 2 }, a: { a: 0, b: 1 }, d: { a: 1, b: 2 }, b: { a: 1, b: 3 } });
      const order = [
        { path: ['a'], descending: true },
        { path: ['b'], descending: false },
      ];
      const ids = async (rest: Partial<DocumentQuery>): Promise<unknown[]> =>
        (await stores.collections.find(name, query(all, rest))).map((document) => document['_id']);
      expect(await ids({ order })).toEqual(['c', 'd', 'b', 'a']);
      expect(await ids({ order, limit: 3 })).toEqual(['c', 'd', 'b']);
      expect(await ids({})).toEqual(['c', 'a', 'd', 'b']);
      expect(await ids({ skip: 1, limit: 2 })).toEqual(['a', 'd']);
      expect(await ids({ limit: 0 })).toEqual([]);
    });

    it('texts longer than an entry of an index can be stored, found and put in order', async () => {
      const noise = Array.from({ length: 3_000 }, (_, index) =>
        String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
      );
      const text = noise.join('');
      const name = await store(stores, { b: { v: `${text}b` }, a: { v: `${text}a` }, c: { v: 'c' } });
      await stores.collections.declare(name.plugin, { things: { indexes: ['v'], unique: ['v'] } });
      await stores.collections.insert(name, [{ id: 'd', data: { _id: 'd', v: `${text}d` } }]);
      const order = [{ path: ['v'], descending: true }];
      const found = await stores.collections.find(name, query(all, { order, limit: 3 }));
      expect(found.map((document) => document['_id'])).toEqual(['d', 'b', 'a']);
      await expectFound(name, compare('v', 'gt', `${text}a`), ['b', 'd']);
      await expectFound(name, equals('v', `${text}b`), ['b']);
    });
  });
}

describeFilters('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeFilters('postgres', openPostgres));
