import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataTransaction, PluginData } from '../../ports/data-transaction.ts';
import { openCollection } from './opened-collection.ts';
import { expectCode, newPlugin, type OpenedStores, type OpenStores, uniquePluginName } from './opened-stores.ts';

/** The promises of every opener of transactions; call it from a test file with the stores to be tested. */
export function describeDataTransactions(name: string, open: OpenStores): void {
  describe(`${name}: data transactions`, () => {
    let opened: OpenedStores;
    let plugin: string;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());
    beforeEach(async () => {
      plugin = uniquePluginName();
      await opened.stores.plugins.add(newPlugin(plugin), []);
      await opened.stores.documents.set(plugin, 'key', '"before"');
      await openCollection(opened.stores, plugin).insert({ _id: 'a', n: 1 });
    });

    const begin = (timeoutMs = 60_000): Promise<DataTransaction> => opened.stores.transactions.begin(plugin, timeoutMs);

    /** What a plugin would see. */
    async function seen(data: PluginData): Promise<unknown[]> {
      const documents = await openCollection(data, plugin).find({}, { projection: ['n'] });
      return [await data.documents.get(plugin, 'key'), await data.documents.list(plugin, ''), documents];
    }

    async function writeAll(data: PluginData): Promise<void> {
      await data.documents.set(plugin, 'key', '"after"');
      await data.documents.set(plugin, 'new', '1');
      await openCollection(data, plugin).update({ _id: 'a' }, { $inc: { n: 1 } });
      await openCollection(data, plugin).insert({ _id: 'b', n: 5 });
    }

    const before = ['before', ['key'], [{ _id: 'a', n: 1 }]];
    const after = [
      'after',
      ['key', 'new'],
      [
        { _id: 'a', n: 2 },
        { _id: 'b', n: 5 },
      ],
    ];

    it('sees what there is and what it wrote; others see that once it is committed', async () => {
      const transaction = await begin();
      expect(await seen(transaction)).toEqual(before);
      await writeAll(transaction);
      expect(await seen(transaction)).toEqual(after);
      await transaction.commit();
      expect(await seen(opened.stores)).toEqual(after);
    });

    const versions = async (): Promise<unknown> => {
      const { dataVersion, copiedDataVersion } = (await opened.stores.plugins.get(plugin)) ?? {};
      return [dataVersion, copiedDataVersion];
    };

    it('a copy that was kept takes the place of what was written, with its version, and is there once only', async () => {
      const { plugins, transactions } = opened.stores;
      await plugins.update(plugin, { dataVersion: '1.0.0' }, []);
      const transaction = await begin();
      await transaction.keepCopy();
      await writeAll(transaction);
      await transaction.commit('2.0.0');
      expect(await versions()).toEqual(['2.0.0', '1.0.0']);
      await openCollection(opened.stores, plugin).insert({ _id: 'c', n: 9 });
      await transactions.restore(plugin);
      expect(await seen(opened.stores)).toEqual(before);
      expect(await versions()).toEqual(['1.0.0', null]);
      await writeAll(opened.stores);
      await transactions.restore(plugin);
      expect(await seen(opened.stores)).toEqual(after);
    });

    it('a copy is let go of, and comes with its transaction or not at all', async () => {
      const { plugins, transactions } = opened.stores;
      await plugins.update(plugin, { dataVersion: '1.0.0' }, []);
      const undone = await begin();
      await undone.keepCopy();
      await undone.rollback();
      expect(await versions()).toEqual(['1.0.0', null]);
      const transaction = await begin();
      await transaction.keepCopy();
      await writeAll(transaction);
      await transaction.commit('2.0.0');
      await transactions.forgetCopy(plugin);
      expect(await versions()).toEqual(['2.0.0', null]);
      await transactions.restore(plugin);
      expect(await seen(opened.stores)).toEqual(after);
    });

    it('documents that come back are in the order in which they were inserted', async () => {
      const { plugins, transactions } = opened.stores;
      await plugins.update(plugin, { dataVersion: '1.0.0' }, []);
      const things = openCollection(opened.stores, plugin);
      for (const _id of ['z', 'm', 'b']) await things.insert({ _id });
      const transaction = await begin();
      await transaction.keepCopy();
      await openCollection(transaction, plugin).delete({});
      await transaction.commit('2.0.0');
      await transactions.restore(plugin);
      await things.insert({ _id: 'c' });
      const ids = (await things.find({})).map(({ _id }) => _id);
      expect(ids).toEqual(['a', 'z', 'm', 'b', 'c']);
    });

    it('a rollback leaves everything as it was', async () => {
      const transaction = await begin();
      await writeAll(transaction);
      await transaction.documents.delete(plugin, 'key');
      await openCollection(transaction, plugin).delete({});
      await transaction.rollback();
      expect(await seen(opened.stores)).toEqual(before);
    });

    it('a rollback after the commit, and a second one, do nothing', async () => {
      const transaction = await begin();
      await writeAll(transaction);
      await transaction.commit();
      await transaction.rollback();
      await transaction.rollback();
      expect(await seen(opened.stores)).toEqual(after);
    });

    it('a refusal inside does not end it', async () => {
      const transaction = await begin();
      const documents = openCollection(transaction, plugin);
      await expectCode(documents.insert({ _id: 'a' }), 'DOCUMENT_DUPLICATE');
      await expectCode(documents.update({}, { $inc: { _id: 1 } }), 'UPDATE_INVALID');
      await expectCode(documents.update({}, { $push: { n: 1 } }), 'UPDATE_INVALID');
      await writeAll(transaction);
      await transaction.commit();
      expect(await seen(opened.stores)).toEqual(after);
    });

    it('what others write meanwhile waits, and is not lost', async () => {
      const transaction = await begin();
      await writeAll(transaction);
      const written = openCollection(opened.stores, plugin).updateOne({ _id: 'a' }, { $inc: { n: 100 } });
      await transaction.commit();
      expect(await written).toBe(1);
      expect((await openCollection(opened.stores, plugin).findOne({ _id: 'a' }))?.['n']).toBe(102);
    });

    it('a second transaction of the plugin waits for the end of the first', async () => {
      const first = await begin();
      const second = begin();
      await openCollection(first, plugin).update({ _id: 'a' }, { $inc: { n: 1 } });
      await first.commit();
      const next = await second;
      await openCollection(next, plugin).update({ _id: 'a' }, { $inc: { n: 1 } });
      await next.commit();
      expect((await openCollection(opened.stores, plugin).findOne({ _id: 'a' }))?.['n']).toBe(3);
    });

    it('one that stays open too long is rolled back, and says so to whoever goes on', async () => {
      const transaction = await begin(50);
      await transaction.documents.set(plugin, 'key', '"after"');
      await vi.waitFor(() => expectCode(transaction.documents.get(plugin, 'key'), 'STORE_UNAVAILABLE'), 5_000);
      await expectCode(transaction.commit(), 'STORE_UNAVAILABLE');
      await transaction.rollback();
      expect(await seen(opened.stores)).toEqual(before);
      await opened.stores.documents.set(plugin, 'key', '"later"');
      expect(await opened.stores.documents.get(plugin, 'key')).toBe('later');
    });

    it('nothing can be asked after the commit', async () => {
      const transaction = await begin();
      await transaction.commit();
      await expectCode(transaction.documents.set(plugin, 'key', '1'), 'STORE_UNAVAILABLE');
      await expectCode(openCollection(transaction, plugin).count(), 'STORE_UNAVAILABLE');
      await expectCode(transaction.commit(), 'STORE_UNAVAILABLE');
      expect(await seen(opened.stores)).toEqual(before);
    });

    it('keeps the unique indexes', async () => {
      await opened.stores.collections.declare(plugin, { things: { unique: ['n'] } });
      const transaction = await begin();
      await expectCode(openCollection(transaction, plugin).insert({ n: 1 }), 'DOCUMENT_DUPLICATE');
      await openCollection(transaction, plugin).insert({ n: 2 });
      await transaction.commit();
      await expectCode(openCollection(opened.stores, plugin).insert({ n: 2 }), 'DOCUMENT_DUPLICATE');
    });
  });
}
