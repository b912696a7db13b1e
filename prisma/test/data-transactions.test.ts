import type { CollectionName } from '@catalyst-plugins/core';
import { once } from 'node:events';
import { newPlugin, uniquePluginName } from '@catalyst-plugins/core/testing/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrismaStores, type PrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { openEmbeddedDatabase } from '../src/open-embedded-database.ts';
import {
  copyEmbeddedTemplate,
  type Disposable,
  openEmbedded,
  openPostgres,
  postgresTitle,
  serverUrl,
} from './support/databases.ts';
import { all, everything } from './support/document-cases.ts';
import { kill9, runTypescript } from './support/run-typescript.ts';

const minute = 60_000;

function describeTransactions(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: a transaction over a plugin's data`, () => {
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
      await stores.collections.insert({ plugin, collection: 'notes' }, [{ id: 'old', data: { _id: 'old' } }]);
      return { plugin, collection: 'notes' };
    }

    const idsOf = async (name: CollectionName): Promise<unknown[]> =>
      (await stores.collections.find(name, everything)).map((document) => document['_id']);

    it('is written as a whole when it is committed', async () => {
      const name = await addPlugin();
      const transaction = await stores.transactions.begin(name.plugin, minute);
      await transaction.documents.set(name.plugin, 'version', '2');
      await transaction.collections.insert(name, [{ id: 'new', data: { _id: 'new' } }]);
      expect(await transaction.collections.count(name, all)).toBe(2);
      await transaction.collections.declare(name.plugin, { notes: { indexes: ['made'] } });
      // On the embedded database others wait for the transaction.
      const before = opened.value.kind === 'embedded' ? ['old'] : await idsOf(name);
      await transaction.commit();
      expect(before).toEqual(['old']);
      expect(await stores.documents.get(name.plugin, 'version')).toBe(2);
      expect(await idsOf(name)).toEqual(['old', 'new']);
      await transaction.rollback();
      expect(await idsOf(name)).toEqual(['old', 'new']);
    });

    it('leaves nothing when it is rolled back, which never fails', async () => {
      const name = await addPlugin();
      const transaction = await stores.transactions.begin(name.plugin, minute);
      await transaction.documents.set(name.plugin, 'version', '2');
      await transaction.collections.delete(name, everything);
      await transaction.rollback();
      await transaction.rollback();
      expect(await stores.documents.get(name.plugin, 'version')).toBeNull();
      expect(await idsOf(name)).toEqual(['old']);
      await expect(transaction.commit()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', plugin: name.plugin });
      await expect(transaction.collections.count(name, all)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await expect(transaction.documents.get(name.plugin, 'version')).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
      });
    });

    it('goes on after a call in it that failed, of which nothing stays', async () => {
      const name = await addPlugin();
      const transaction = await stores.transactions.begin(name.plugin, minute);
      const twice = ['a', 'old'].map((id) => ({ id, data: { _id: id } }));
      const calls = [
        transaction.collections.insert(name, twice),
        transaction.collections.insert(name, [{ id: 'b', data: { _id: 'b' } }]),
        transaction.collections.update(name, everything, () => {
          throw new RangeError('not this one');
        }),
        transaction.collections.insert(name, [{ id: 'c', data: { _id: 'c' } }]),
      ];
      expect(await Promise.allSettled(calls)).toMatchObject([
        { status: 'rejected', reason: { code: 'DOCUMENT_DUPLICATE', details: { fields: ['_id'] } } },
        { status: 'fulfilled' },
        { status: 'rejected', reason: { name: 'RangeError' } },
        { status: 'fulfilled' },
      ]);
      await transaction.commit();
      expect(await idsOf(name)).toEqual(['old', 'b', 'c']);
    });

    it('is rolled back by itself when it was open for too long', async () => {
      const name = await addPlugin();
      const transaction = await stores.transactions.begin(name.plugin, 100);
      await transaction.collections.insert(name, [{ id: 'late', data: { _id: 'late' } }]);
      // The next one of the plugin waits for its end.
      const next = await stores.transactions.begin(name.plugin, minute);
      expect(await next.collections.count(name, all)).toBe(1);
      await next.commit();
      await expect(transaction.commit()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await idsOf(name)).toEqual(['old']);
    });

    it('waits for the one before of the same plugin', async () => {
      const name = await addPlugin();
      const begun: number[] = [];
      const run = async (turn: number): Promise<void> => {
        const transaction = await stores.transactions.begin(name.plugin, minute);
        begun.push(turn);
        expect(await transaction.collections.count(name, all)).toBe(begun.length);
        await transaction.collections.insert(name, [{ id: `t${turn}`, data: { _id: `t${turn}` } }]);
        await transaction.commit();
      };
      await Promise.all([run(0), run(1), run(2)]);
      expect(begun).toEqual([0, 1, 2]);
      expect(await idsOf(name)).toEqual(['old', 't0', 't1', 't2']);
    });

    it('cannot be begun without a database, and lets the next one try', async () => {
      const { value: closed, dispose } = await open();
      const { transactions } = createPrismaStores(closed);
      await closed.close();
      await expect(transactions.begin('any', minute)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        plugin: 'any',
      });
      await expect(transactions.begin('any', minute)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        plugin: 'any',
      });
      await dispose();
    });
  });
}

it('a transaction of a process that was killed leaves nothing', async () => {
  const directory = await copyEmbeddedTemplate();
  const plugin = uniquePluginName();
  const use = async <T>(call: (stores: PrismaStores) => Promise<T>): Promise<T> => {
    const database = await openEmbeddedDatabase({ directory: directory.value });
    try {
      return await call(createPrismaStores(database));
    } finally {
      await database.close();
    }
  };
  try {
    await use(({ plugins }) => plugins.add(newPlugin(plugin), []));
    const child = runTypescript('./hold-transaction.ts', directory.value, plugin);
    expect(await once(child, 'message')).toEqual(['written', undefined]);
    await kill9(child);
    await use(async ({ documents, collections }) => {
      expect(await documents.list(plugin, '')).toEqual([]);
      expect(await collections.count({ plugin, collection: 'notes' }, all)).toBe(0);
    });
  } finally {
    await directory.dispose();
  }
});

describeTransactions('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeTransactions('postgres', openPostgres));
