import type { CollectionName, DocumentFilter, DocumentQuery, JsonObject } from '@catalyst-plugins/core';
import { newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { selectStatement } from '../src/document-selection.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';
import { all, everything } from './support/document-cases.ts';

interface IndexRow {
  readonly name: string;
  readonly definition: string;
  readonly comment: string;
}

function describeIndexes(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: indexes of documents`, () => {
    let opened: Disposable<Database>;
    let stores: PrismaStores;
    beforeAll(async () => {
      opened = await open();
      stores = createPrismaStores(opened.value);
    });
    afterAll(() => opened?.dispose());

    async function addPlugin(): Promise<CollectionName> {
      const plugin = uniquePluginName();
      await stores.plugins.add(newPlugin(plugin), []);
      return { plugin, collection: 'tickets' };
    }

    async function indexesOf(plugin: string): Promise<IndexRow[]> {
      const { rows } = await opened.value.pool.query<IndexRow>(
        `SELECT relname AS name, pg_get_indexdef(oid) AS definition, obj_description(oid, 'pg_class') AS comment
         FROM pg_class WHERE relname LIKE 'catalyst\\_doc\\_%' ORDER BY oid`,
      );
      return rows.filter(({ comment }) => JSON.parse(comment).plugin === plugin);
    }

    const described = async (plugin: string): Promise<JsonObject[]> =>
      (await indexesOf(plugin)).map(({ comment }) => JSON.parse(comment));

    const insert = (name: CollectionName, ...documents: (JsonObject & { _id: string })[]): Promise<void> =>
      stores.collections.insert(
        name,
        documents.map((data) => ({ id: data._id, data })),
      );

    it('are made as declared, say what they are for, and are kept as they are', async () => {
      const { plugin } = await addPlugin();
      const declaration = {
        tickets: { indexes: ['status', ['priority', 'created.at']], unique: ['number'] },
        "it's": { indexes: [`'"\\{},`] },
      };
      await stores.collections.declare(plugin, declaration);
      const made = await indexesOf(plugin);
      expect(made.map(({ comment }) => JSON.parse(comment))).toEqual([
        { plugin, collection: 'tickets', unique: false, fields: ['status'] },
        { plugin, collection: 'tickets', unique: false, fields: ['priority', 'created.at'] },
        { plugin, collection: 'tickets', unique: true, fields: ['number'] },
        { plugin, collection: "it's", unique: false, fields: [`'"\\{},`] },
      ]);
      const oids = async (): Promise<unknown> =>
        (await opened.value.pool.query(`SELECT oid FROM pg_class WHERE relname LIKE 'catalyst\\_doc\\_%' ORDER BY 1`))
          .rows;
      const before = await oids();
      await stores.collections.declare(plugin, declaration);
      expect(await oids()).toEqual(before);
    });

    it('go when they are not declared any more, and with their plugin; those of other plugins stay', async () => {
      const { plugin } = await addPlugin();
      const other = await addPlugin();
      await stores.collections.declare(other.plugin, { tickets: { indexes: ['a'] } });
      await stores.collections.declare(plugin, { tickets: { indexes: ['a', 'b'] }, notes: { unique: ['c'] } });
      await stores.collections.declare(plugin, { tickets: { indexes: ['b'] } });
      expect(await described(plugin)).toMatchObject([{ fields: ['b'] }]);
      await stores.plugins.remove(plugin, []);
      expect(await described(plugin)).toEqual([]);
      expect(await described(other.plugin)).toMatchObject([{ fields: ['a'] }]);
    });

    it('that are unique refuse a second document, and leave alone those without a value', async () => {
      const name = await addPlugin();
      await stores.collections.declare(name.plugin, { tickets: { unique: [['team', 'number']] } });
      await insert(name, { _id: 'a', team: 'x', number: 1 }, { _id: 'b', team: 'y', number: 1 });
      await insert(name, { _id: 'c', team: 'x' }, { _id: 'd', team: 'x' }, { _id: 'e', team: 'x', number: null });
      await insert(name, { _id: 'f', team: 'x', number: null }, { _id: 'g', team: { b: 1, a: [2] }, number: 1 });
      const duplicate = {
        code: 'DOCUMENT_DUPLICATE',
        plugin: name.plugin,
        details: { collection: 'tickets', fields: ['team', 'number'] },
      };
      await expect(insert(name, { _id: 'h', team: 'z' }, { _id: 'i', team: 'x', number: 1 })).rejects.toMatchObject(
        duplicate,
      );
      await expect(insert(name, { _id: 'j', team: { a: [2], b: 1 }, number: 1 })).rejects.toMatchObject(duplicate);
      const sameTeam = stores.collections.update(name, everything, (document) => ({
        ...document,
        team: 'x',
        number: 2,
      }));
      await expect(sameTeam).rejects.toMatchObject(duplicate);
      await expect(insert(name, { _id: 'a' })).rejects.toMatchObject({
        code: 'DOCUMENT_DUPLICATE',
        details: { collection: 'tickets', fields: ['_id'] },
      });
      expect(await stores.collections.count(name, all)).toBe(7);
    });

    it('that documents contradict are named, and the others are made all the same', async () => {
      const name = await addPlugin();
      await insert(name, { _id: 'a', mail: 'same' }, { _id: 'b', mail: 'same' });
      const declaration = { tickets: { unique: ['mail', 'phone'], indexes: ['status'] } };
      await expect(stores.collections.declare(name.plugin, declaration)).rejects.toMatchObject({
        code: 'INDEX_CONFLICT',
        plugin: name.plugin,
        details: { collection: 'tickets', fields: ['mail'] },
      });
      expect(await described(name.plugin)).toMatchObject([{ fields: ['status'] }, { fields: ['phone'] }]);
      await stores.collections.delete(name, { ...everything, limit: 1 });
      await stores.collections.declare(name.plugin, declaration);
      expect(await described(name.plugin)).toHaveLength(3);
    });

    it('are made once by several hosts that start together', async () => {
      const { plugin } = await addPlugin();
      const declaration = { tickets: { indexes: ['a', 'b'], unique: ['c'] } };
      await Promise.all([1, 2, 3, 4].map(() => stores.collections.declare(plugin, declaration)));
      expect(await described(plugin)).toHaveLength(3);
    });

    it('are limited in number', async () => {
      const { plugin } = await addPlugin();
      const indexes = Array.from({ length: 31 }, (_, index) => `field${index}`);
      const declared = stores.collections.declare(plugin, { tickets: { indexes } });
      await expect(declared).rejects.toMatchObject({ code: 'MANIFEST_INVALID', plugin });
      expect(await described(plugin)).toEqual([]);
    });

    describe('with many documents', () => {
      let name: CollectionName;
      let names: ReadonlyMap<string, string>;
      beforeAll(async () => {
        name = await addPlugin();
        const documents = Array.from({ length: 5_000 }, (_, index) => ({
          _id: `t${index}`,
          user: `u${index % 500}`,
          number: (index * 7919) % 5_000,
          'created.at': 'not this',
          created: { at: new Date(1.7e12 + ((index * 7919) % 5_000) * 1_000).toISOString() },
          filling: 'x'.repeat(100),
        }));
        await insert(name, ...documents);
        await stores.collections.declare(name.plugin, { tickets: { indexes: ['number', 'created.at'] } });
        names = new Map(
          (await indexesOf(name.plugin)).map(({ comment, name: index }) => [JSON.parse(comment).fields[0], index]),
        );
      });

      async function planOf(query: Partial<DocumentQuery>): Promise<string> {
        const { sql, values } = selectStatement(name, { ...everything, ...query }, { purpose: 'read', exact: false });
        const { rows } = await opened.value.pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      }

      it('find ranges of numbers and texts', async () => {
        const number: DocumentFilter = { kind: 'compare', path: ['number'], operator: 'gt', value: 4_950 };
        expect(await planOf({ filter: number })).toContain(names.get('number'));
        expect(await stores.collections.count(name, number)).toBe(49);
        const value = new Date(1.7e12 + 4_950_000).toISOString();
        const created: DocumentFilter = { kind: 'compare', path: ['created', 'at'], operator: 'gte', value };
        expect(await planOf({ filter: created })).toContain(names.get('created.at'));
        expect(await stores.collections.count(name, created)).toBe(50);
      });

      it.each([true, false])('put documents in order, descending: %s', async (descending) => {
        const query = { order: [{ path: ['created', 'at'], descending }], limit: 20 };
        expect(await planOf(query)).toContain(names.get('created.at'));
        const found = await stores.collections.find(name, { ...everything, ...query });
        const numbers = Array.from({ length: 20 }, (_, index) => (descending ? 4_999 - index : index));
        expect(found.map((document) => document['number'])).toEqual(numbers);
      });

      it('find what is equal without being declared', async () => {
        const user: DocumentFilter = { kind: 'equals', path: ['user'], value: 'u77' };
        expect(await planOf({ filter: user })).toContain('plugin_documents_data_idx');
        const users: DocumentFilter = { kind: 'in', path: ['user'], values: ['u77', 'u78'] };
        expect(await planOf({ filter: users })).toContain('plugin_documents_data_idx');
        expect(await stores.collections.count(name, users)).toBe(20);
      });

      it('find an id', async () => {
        const id: DocumentFilter = { kind: 'equals', path: ['_id'], value: 't77' };
        expect(await planOf({ filter: id })).toContain('plugin_documents_pkey');
      });
    });
  });
}

describeIndexes('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeIndexes('postgres', openPostgres));
