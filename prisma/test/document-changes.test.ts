import type { CollectionName, DocumentFilter, JsonObject } from '@catalyst-plugins/core';
import { newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres } from '../src/connect-postgres.ts';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import {
  createPostgresDatabase,
  type Disposable,
  openEmbedded,
  postgresTitle,
  serverUrl,
} from './support/databases.ts';
import { all, everything } from './support/document-cases.ts';

const isFree: DocumentFilter = { kind: 'equals', path: ['state'], value: 'free' };

/** Two hosts on one database. */
async function openTwice(): Promise<Disposable<Database[]>> {
  const url = await createPostgresDatabase();
  const databases = [await connectPostgres({ url: url.value }), await connectPostgres({ url: url.value })];
  const dispose = async (): Promise<void> => {
    for (const database of databases) await database.close();
    await url.dispose();
  };
  return { value: databases, dispose };
}

async function openOnce(): Promise<Disposable<Database[]>> {
  const { value, dispose } = await openEmbedded();
  return { value: [value], dispose };
}

function describeChanges(title: string, open: () => Promise<Disposable<Database[]>>): void {
  describe(`${title}: changes of documents`, () => {
    let opened: Disposable<Database[]>;
    let hosts: PrismaStores[];
    beforeAll(async () => {
      opened = await open();
      hosts = opened.value.map((database) => createPrismaStores(database));
    });
    afterAll(() => opened?.dispose());

    const host = (turn: number): PrismaStores => hosts.at(turn % hosts.length) as PrismaStores;

    async function addPlugin(): Promise<CollectionName> {
      const plugin = uniquePluginName();
      await host(0).plugins.add(newPlugin(plugin), []);
      return { plugin, collection: 'jobs' };
    }

    const increment = (document: JsonObject): JsonObject => ({ ...document, count: Number(document['count']) + 1 });

    it('1,000 documents that are inserted at the same time are 1,000', async () => {
      const name = await addPlugin();
      const inserts = Array.from({ length: 1_000 }, (_, index) =>
        host(index).collections.insert(name, [{ id: `j${index}`, data: { _id: `j${index}`, index } }]),
      );
      await Promise.all(inserts);
      expect(await host(0).collections.count(name, all)).toBe(1_000);
    });

    it('no increment is lost', async () => {
      const name = await addPlugin();
      const ids = ['a', 'b', 'c'];
      const documents = ids.map((id) => ({ id, data: { _id: id, count: 0 } }));
      await host(0).collections.insert(name, documents);
      const updates = Array.from({ length: 500 }, (_, turn) =>
        host(turn).collections.update(name, everything, increment),
      );
      expect(await Promise.all(updates)).toEqual(updates.map(() => 3));
      const found = await host(0).collections.find(name, everything);
      expect(found.map((document) => document['count'])).toEqual([500, 500, 500]);
    });

    it('updates that wait for each other are repeated', async () => {
      const name = await addPlugin();
      const documents = Array.from({ length: 200 }, (_, index) => ({
        id: `j${index}`,
        data: { _id: `j${index}`, count: 0 },
      }));
      await host(0).collections.insert(name, documents);
      const updates = Array.from({ length: 6 }, (_, turn) => {
        const order = [{ path: ['_id'], descending: turn % 2 === 0 }];
        return host(turn).collections.update(name, { ...everything, order, limit: 200 }, increment);
      });
      expect(await Promise.all(updates)).toEqual(updates.map(() => 200));
      const found = await host(0).collections.find(name, everything);
      expect(found.every((document) => document['count'] === 6)).toBe(true);
    });

    it('of 20 that claim one document at a time each gets another, until there is none', async () => {
      const name = await addPlugin();
      const documents = Array.from({ length: 30 }, (_, index) => ({
        id: `j${index}`,
        data: { _id: `j${index}`, state: 'free' },
      }));
      await host(0).collections.insert(name, documents);
      const claimed: unknown[] = [];
      const work = async (worker: number): Promise<void> => {
        for (;;) {
          let mine: unknown;
          const count = await host(worker).collections.update(
            name,
            { ...everything, filter: isFree, limit: 1 },
            (document) => {
              mine = document['_id'];
              return { ...document, state: `worker ${worker}` };
            },
          );
          if (count === 0) return;
          claimed.push(mine);
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, worker) => work(worker)));
      expect(claimed).toHaveLength(30);
      expect(new Set(claimed).size).toBe(30);
    });

    it('of 20 that delete one document each takes another', async () => {
      const name = await addPlugin();
      const documents = Array.from({ length: 15 }, (_, index) => ({ id: `j${index}`, data: { _id: `j${index}` } }));
      await host(0).collections.insert(name, documents);
      const deletes = Array.from({ length: 20 }, (_, turn) =>
        host(turn).collections.delete(name, { ...everything, limit: 1 }),
      );
      const counts = await Promise.all(deletes);
      expect(counts.filter((count) => count === 1)).toHaveLength(15);
      expect(await host(0).collections.count(name, all)).toBe(0);
    });

    it('a change that throws changes nothing, and its error is passed on', async () => {
      const name = await addPlugin();
      await host(0).collections.insert(
        name,
        ['a', 'b'].map((id) => ({ id, data: { _id: id } })),
      );
      const error = new RangeError('not b');
      const update = host(0).collections.update(name, everything, (document) => {
        if (document['_id'] === 'b') throw error;
        return { ...document, changed: true };
      });
      await expect(update).rejects.toBe(error);
      expect(await host(0).collections.find(name, everything)).toEqual([{ _id: 'a' }, { _id: 'b' }]);
    });

    it('more documents than a statement takes are inserted in order, or none of them', async () => {
      const name = await addPlugin();
      const documents = Array.from({ length: 5_001 }, (_, index) => ({ id: `j${index}`, data: { _id: `j${index}` } }));
      const twice = [...documents, { id: 'j7', data: { _id: 'j7' } }];
      await expect(host(0).collections.insert(name, twice)).rejects.toMatchObject({ code: 'DOCUMENT_DUPLICATE' });
      expect(await host(0).collections.count(name, all)).toBe(0);
      await host(0).collections.insert(name, documents);
      const found = await host(0).collections.find(name, everything);
      expect(found).toEqual(documents.map(({ data }) => data));
      const changed = await host(0).collections.update(name, everything, (document) => ({
        ...document,
        changed: true,
      }));
      expect(changed).toBe(5_001);
      expect(await host(0).collections.delete(name, { ...everything, skip: 1 })).toBe(5_000);
      expect(await host(0).collections.find(name, everything)).toEqual([{ _id: 'j0', changed: true }]);
      expect(await host(0).collections.delete(name, everything)).toBe(1);
    });

    it('nothing can be inserted for a plugin that is not known', async () => {
      const insert = host(0).collections.insert({ plugin: 'nobody', collection: 'jobs' }, [
        { id: 'a', data: { _id: 'a' } },
      ]);
      await expect(insert).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND', plugin: 'nobody' });
    });
  });
}

describeChanges('embedded', openOnce);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeChanges('postgres', openTwice));
