import type { PluginStores } from '@catalyst-plugins/core';
import type { PluginsFolder } from '@catalyst-plugins/core/testing';
import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, type PluginServer, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

const start = new Date(0).toISOString();
const documents = [
  { _id: 'a', n: 1, title: 'Alpha', tags: ['red', 'blue'], lines: [{ sku: 'x', price: 5 }], owner: { name: 'ana' } },
  { _id: 'b', n: 2, title: 'beta', tags: [], owner: { name: 'ben', city: 'Oslo' }, due: start },
  { _id: 'c', n: 10, title: 'Gamma 50%_', tags: ['blue'], flag: true, owner: null },
  { _id: 'd', title: '10', tags: ['red', 'red'], n: '1', flag: false },
];

const filters: readonly (readonly [filter: object, found: string])[] = [
  [{}, 'abcd'],
  [{ n: 1 }, 'a'],
  [{ n: { $eq: 1 } }, 'a'],
  [{ n: { $ne: 1 } }, 'bcd'],
  [{ n: { $gt: 1 } }, 'bc'],
  [{ n: { $gte: 1, $lt: 10 } }, 'ab'],
  [{ title: { $lte: 'Alpha' } }, 'ad'],
  [{ n: { $in: [1, '1'] } }, 'ad'],
  [{ tags: { $in: ['blue', 'green'] } }, 'ac'],
  [{ tags: { $nin: ['blue'] } }, 'bd'],
  [{ tags: 'red' }, 'ad'],
  [{ tags: [] }, 'b'],
  [{ owner: null }, 'cd'],
  [{ owner: { $exists: true } }, 'abc'],
  [{ owner: { $exists: false } }, 'd'],
  [{ owner: { name: 'ana' } }, 'a'],
  [{ owner: { city: 'Oslo', name: 'ben' } }, 'b'],
  [{ 'owner.name': 'ben' }, 'b'],
  [{ 'lines.0.sku': 'x' }, 'a'],
  [{ 'tags.1': 'red' }, 'd'],
  [{ title: { $regex: '^(a|b)', $options: 'i' } }, 'ab'],
  [{ title: { $regex: '%_$' } }, 'c'],
  [{ tags: { $regex: '^bl' } }, 'ac'],
  [{ n: { $not: { $gt: 1 } } }, 'ad'],
  [{ $or: [{ n: 1 }, { flag: true }] }, 'ac'],
  [{ $and: [{ tags: 'red' }, { n: '1' }] }, 'd'],
  [{ $not: { tags: 'red' } }, 'bc'],
  [{ flag: false, $or: [{ n: '1' }, { n: 1 }] }, 'd'],
  [{ due: { $lt: new Date(1) } }, 'b'],
];

const changes: readonly (readonly [change: object, member: string, result: unknown])[] = [
  [{ n: 5, 'owner.city': 'Rome' }, 'owner', { name: 'ana', city: 'Rome' }],
  [{ $set: { 'deep.er': { 'a.b': 1 } } }, 'deep', { er: { 'a.b': 1 } }],
  [{ $unset: { title: 1 } }, 'title', undefined],
  [{ $unset: ['owner.name'] }, 'owner', {}],
  [{ $inc: { n: 2.5 } }, 'n', 3.5],
  [{ $inc: { other: -1 } }, 'other', -1],
  [{ $push: { tags: 'green' } }, 'tags', ['red', 'blue', 'green']],
  [{ $push: { tags: { $each: ['x', 'y'] } } }, 'tags', ['red', 'blue', 'x', 'y']],
  [{ $pull: { tags: 'red' } }, 'tags', ['blue']],
  [{ $pull: { lines: { price: { $gt: 1 } } } }, 'lines', []],
];

const refusals: readonly (readonly [method: string, args: readonly unknown[], code: string])[] = [
  ['find', [{ n: { $near: 1 } }], 'FILTER_INVALID'],
  ['count', [{ $where: 'true' }], 'FILTER_INVALID'],
  ['update', [{ n: { $gte: 1, nested: 2 } }, { n: 2 }], 'FILTER_INVALID'],
  ['delete', [{ n: { $gt: null } }], 'FILTER_INVALID'],
  ['delete', [], 'FILTER_INVALID'],
  ['find', [{}, { sort: { n: 'up' } }], 'FILTER_INVALID'],
  ['update', [{}, { $rename: { n: 'm' } }], 'UPDATE_INVALID'],
  ['update', [{}, { $inc: { title: 1 } }], 'UPDATE_INVALID'],
  ['updateOne', [{}, { _id: 'z' }], 'UPDATE_INVALID'],
  ['insert', [{ _id: 'a' }], 'DOCUMENT_DUPLICATE'],
  ['insert', [{ title: 'x'.repeat(2_000) }], 'DOCUMENT_TOO_LARGE'],
  ['insertMany', [[{}, { _id: [7] }]], 'DOCUMENT_INVALID'],
];

interface Desk extends AsyncDisposable {
  readonly name: string;
  readonly folder: PluginsFolder;
  readonly stores: PluginStores;
  readonly server: PluginServer;
  restart(): Promise<PluginServer>;
}

/** What plugins keep, as values and as documents. */
export function describeData(store: () => StoreUnderTest): void {
  async function open(members: object = {}, ...more: readonly string[]): Promise<Desk> {
    const name = unique('desk');
    const others = more.map((other) => [other, remotePlugin(other)] as const);
    const folder = await folderOf([name, remotePlugin(name, members)], ...others);
    const { stores } = store();
    const options = { stores, storage: { maxValueBytes: 1_000 } };
    const first = await servePlugins(folder, options);
    const servers = [first];
    return {
      name,
      folder,
      stores,
      server: first,
      async restart() {
        await servers.at(-1)?.stop();
        const server = await servePlugins(folder, options);
        servers.push(server);
        return server;
      },
      async [Symbol.asyncDispose]() {
        await servers.at(-1)?.stop();
        await folder[Symbol.asyncDispose]();
      },
    };
  }

  describe('values that a plugin stores', () => {
    it('are read, listed by prefix, replaced and deleted, and are there after a restart', async () => {
      await using test = await open();
      const { name, server } = test;
      const value = { list: [1, null, 'ü😀'], deep: { 'a.b': true } };
      for (const key of ['job:1', 'job:2', 'job%', 'jo_:3', 'other', 'Job:9'])
        await server.run(name, 'setStorage', key, value);
      await server.run(name, 'setStorage', 'job:2', 'replaced');
      expect(await server.run(name, 'deleteStorage', 'other')).toBe(true);
      expect(await server.run(name, 'deleteStorage', 'other')).toBe(false);
      expect(await server.run(name, 'getStorage', 'other')).toBeNull();
      const expectAll = async (asked: PluginServer): Promise<void> => {
        expect(await asked.run(name, 'getStorage', 'job:1')).toEqual(value);
        expect(await asked.run(name, 'getStorage', 'job:2')).toBe('replaced');
        expect((await asked.run<string[]>(name, 'listStorage', 'job')).toSorted()).toEqual(['job%', 'job:1', 'job:2']);
        expect(await asked.run(name, 'listStorage', 'jo_')).toEqual(['jo_:3']);
        expect(await asked.run(name, 'listStorage')).toHaveLength(5);
      };
      await expectAll(server);
      await expectAll(await test.restart());
    });

    it('may be as large as the host allows, and no larger; the former value stays', async () => {
      await using test = await open();
      const { name, server } = test;
      await server.run(name, 'setStorage', 'text', 'x'.repeat(998));
      await expect(server.run(name, 'setStorage', 'text', 'x'.repeat(999))).rejects.toMatchObject({
        code: 'STORAGE_VALUE_TOO_LARGE',
      });
      expect(await server.run(name, 'getStorage', 'text')).toHaveLength(998);
      await expect(server.run(name, 'setStorage', '', 1)).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' });
    });
  });

  describe('documents of a plugin', () => {
    it('are found by every operator of a filter', async () => {
      await using test = await open({
        storage: { collections: { things: { indexes: ['n', ['owner.name', 'title']] } } },
      });
      const { name, server } = test;
      await server.things(name, 'insertMany', documents);
      for (const [filter, found] of filters) {
        const ids = (await server.things<{ _id: string }[]>(name, 'find', filter)).map(({ _id }) => _id).join('');
        expect([filter, ids]).toEqual([filter, found]);
        expect([filter, await server.things(name, 'count', filter)]).toEqual([filter, found.length]);
      }
      const found = await server.things(
        name,
        'find',
        {},
        { sort: ['-n', 'title'], skip: 1, limit: 2, projection: ['n'] },
      );
      expect(found).toEqual([
        { _id: 'c', n: 10 },
        { _id: 'b', n: 2 },
      ]);
    });

    it('are changed by every operator of a change', async () => {
      await using test = await open();
      const { name, server } = test;
      for (const [change, member, result] of changes) {
        await server.things(name, 'delete', {});
        await server.things(name, 'insertMany', documents);
        expect(await server.things(name, 'updateOne', { _id: 'a' }, change)).toBe(1);
        const changed = await server.things<Record<string, unknown>>(name, 'findOne', { _id: 'a' });
        expect([change, changed[member]]).toEqual([change, result]);
        expect(await server.things(name, 'findOne', { _id: 'b' })).toMatchObject(documents[1] ?? {});
      }
    });

    it('are untouched by calls that are refused: unknown operators, wrong types, too large, taken ids', async () => {
      await using test = await open();
      const { name, server } = test;
      await server.things(name, 'insertMany', documents);
      const before = await server.things(name, 'find');
      for (const [method, args, code] of refusals) {
        const refused = await server.outcome(name, { collection: 'things', method, args });
        expect([method, args, refused]).toEqual([method, args, { error: { code, message: expect.any(String) } }]);
      }
      expect(await server.things(name, 'find')).toEqual(before);
    });

    it('with a unique index are inserted once, however many try at the same time', async () => {
      await using test = await open({ storage: { collections: { things: { unique: ['number'] } } } });
      const { name, server } = test;
      const insert = { collection: 'things', method: 'insert', args: [{ number: 7 }], times: 40 };
      const { value } = (await server.outcome(name, insert)) as { value: { error?: { code: string } }[] };
      const codes = value.map(({ error }) => error?.code ?? 'inserted').toSorted();
      expect(codes).toEqual([...Array.from({ length: 39 }, () => 'DOCUMENT_DUPLICATE'), 'inserted']);
      const later = await test.restart();
      await expect(later.things(name, 'insert', { number: 7 })).rejects.toMatchObject({ code: 'DOCUMENT_DUPLICATE' });
      await later.things(name, 'insertMany', [{ number: null }, {}, { number: null }]);
      expect(await later.things(name, 'count')).toBe(4);
    });

    it('are 1,000 after two plugins made 1,000 inserts at once, and counters have every $inc', async () => {
      const other = unique('other');
      await using test = await open({}, other);
      const { name, server } = test;
      const insert = { collection: 'things', method: 'insert', args: [{ kind: 'ticket' }], times: 250 };
      await Promise.all([name, other, name, other].map((plugin) => server.outcome(plugin, insert)));
      const counts = await Promise.all([name, other].map((plugin) => server.things(plugin, 'count')));
      expect(counts).toEqual([500, 500]);
      await server.things(name, 'insert', { _id: 'counter', n: 0 });
      const args = [{ _id: 'counter' }, { $inc: { n: 1 } }];
      await Promise.all(
        [1, 2, 3, 4].map(() => server.outcome(name, { collection: 'things', method: 'updateOne', args, times: 50 })),
      );
      expect(await server.things(name, 'findOne', { _id: 'counter' })).toMatchObject({ n: 200 });
    });
  });

  describe('what a plugin keeps', () => {
    it('is there after it was disabled, enabled, reloaded and restarted, and no other plugin sees it', async () => {
      const other = unique('other');
      await using test = await open({}, other);
      const { name, server } = test;
      const expectAll = async (asked: PluginServer): Promise<void> => {
        expect(await asked.run(name, 'getStorage', 'key')).toBe('value');
        expect(await asked.things(name, 'find', {}, { projection: { _id: 1 } })).toEqual([{ _id: 'a' }]);
        expect(await asked.run(other, 'getStorage', 'key')).toBeNull();
        expect(await asked.things(other, 'count')).toBe(0);
      };
      await server.run(name, 'setStorage', 'key', 'value');
      await server.things(name, 'insert', { _id: 'a' });
      await server.admin('POST', `/${name}/enable`, { enabled: false });
      expect((await server.get(name, '/run')).status).toBe(503);
      await server.admin('POST', `/${name}/enable`, { enabled: true });
      await expectAll(server);
      await server.admin('POST', `/${name}/reload`, {});
      await expectAll(server);
      await expectAll(await test.restart());
      await expectAll(await test.restart());
    });

    it('outlives its folder, which may come back; hosts ignore records without one', async () => {
      const other = unique('other');
      await using test = await open({}, other);
      const { name, folder } = test;
      await test.server.things(name, 'insert', { _id: 'a' });
      await folder.remove(name);
      expect((await test.server.admin('POST', '/rescan')).status).toBe(200);
      const later = await test.restart();
      expect(later.host.status().map((summary) => summary.name)).toEqual([other]);
      expect((await later.admin('GET', `/${name}`)).status).toBe(404);
      await folder.write(name, remotePlugin(name));
      await later.admin('POST', '/rescan');
      expect(await later.things(name, 'count')).toBe(1);
    });

    it('goes with its record: settings, their history, values, documents and what was granted', async () => {
      await using test = await open({
        permissions: ['users.read'],
        storage: { collections: { things: { unique: ['n'] } } },
      });
      const { name, server, stores, folder } = test;
      await server.run(name, 'setStorage', 'key', 'value');
      await server.run(name, 'setConfig', 'size', 5);
      await server.things(name, 'insert', { n: 1 });
      await server.host.grants.change(name, { revoke: ['users.read'] });
      await server.stop();
      await stores.plugins.remove(name, []);
      await using fresh = await servePlugins(folder, { stores });
      expect(await fresh.run(name, 'getStorage', 'key')).toBeNull();
      expect(await fresh.things(name, 'count')).toBe(0);
      expect(await fresh.things(name, 'insert', { n: 1 })).toMatchObject({ n: 1 });
      expect((await fresh.admin('GET', `/-/${name}/config`)).body.data).toMatchObject({ revision: 0, config: {} });
      expect((await fresh.admin('GET', `/-/${name}/config/revisions`)).body.data).toEqual([]);
      expect(fresh.host.grants.describe(name).permissions).toMatchObject([{ state: 'granted' }]);
      await fresh.stop();
    });
  });
}
