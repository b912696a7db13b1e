import type { CollectionName, DocumentFilter, DocumentOrder, DocumentQuery } from '@catalyst-plugins/core';
import { newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';
import {
  all,
  ascending,
  compare,
  descending,
  equals,
  everything,
  type FilterCase,
  filterCases,
  hostileText,
  mixedDocuments,
} from './support/document-cases.ts';

async function store(stores: PrismaStores, documents: FilterCase['documents']): Promise<CollectionName> {
  const plugin = uniquePluginName();
  await stores.plugins.add(newPlugin(plugin), []);
  const name = { plugin, collection: 'things' };
  const stored = Object.entries(documents).map(([id, data]) => ({ id, data: { ...data, _id: id } }));
  await stores.collections.insert(name, stored);
  return name;
}

function query(filter: DocumentFilter, rest: Partial<DocumentQuery> = {}): DocumentQuery {
  return { ...everything, filter, ...rest };
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

    it.each(filterCases)('are found by: $title', async ({ documents, filter, found }) => {
      const name = await store(stores, documents);
      await expectFound(name, filter, found);
      await stores.collections.declare(name.plugin, { things: { indexes: ['v', hostileText, 'v.b.c'] } });
      await expectFound(name, filter, found);
    });

    describe.each([
      ['without an index', {}],
      ['with an index', { things: { indexes: ['v'] } }],
    ])('%s', (_, declared) => {
      it.each([false, true])('are put in order, descending: %s', async (down) => {
        const name = await store(stores, mixedDocuments);
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
