import type { PluginsFolder } from '@catalyst-plugins/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectPostgres } from '../src/connect-postgres.ts';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { createPostgresDatabase, type Disposable, postgresTitle, serverUrl } from './support/databases.ts';
import { folderOf, type PluginServer, remotePlugin, servePlugins, unique } from './support/serve-plugins.ts';

const config = { greeting: { type: 'string', default: 'hello' }, token: { type: 'password' } };
const storage = { collections: { things: { unique: ['number'] } } };
const set = { $secret: 'set' };

/** Two machines: each has its own connections and its own copy of the plugins. */
describe.skipIf(serverUrl === undefined)(`${postgresTitle}: two hosts on one database`, () => {
  const name = unique('shared');
  let url: Disposable<string>;
  const databases: Database[] = [];
  const folders: PluginsFolder[] = [];
  const servers: PluginServer[] = [];
  const both = (): readonly [PluginServer, PluginServer] => servers as unknown as [PluginServer, PluginServer];

  beforeAll(async () => {
    url = await createPostgresDatabase();
    for (let machine = 0; machine < 2; machine += 1) {
      const database = await connectPostgres({ url: url.value });
      databases.push(database);
      const folder = await folderOf([name, remotePlugin(name, { config, storage }, 'onConfigChange() {},')]);
      folders.push(folder);
      const stores = createPrismaStores(database);
      const secretKey = 'a key of more than 16 characters';
      servers.push(await servePlugins(folder, { stores, secretKey, storage: { cacheBytes: 0 } }));
    }
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
    for (const database of databases) await database.close();
    for (const folder of folders) await folder[Symbol.asyncDispose]();
    await url?.dispose();
  });

  it('settings that were seen at one revision are saved by one of them; the other gets 409 with both sides', async () => {
    const [one] = both();
    for (let round = 1; round <= 5; round += 1) {
      const { revision } = (await one.admin('GET', `/-/${name}/config`)).body.data;
      const words = [`one ${round}`, `two ${round}`];
      const answers = await Promise.all(
        both().map((server, index) => {
          const values = { greeting: words[index], token: `planted ${index}` };
          return server.admin('PUT', `/${name}/config`, { config: values }, `"${revision}"`);
        }),
      );
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
      const loser = answers.findIndex(({ status }) => status === 409);
      expect(answers[loser]?.body).toMatchObject({
        code: 'CONFIG_CONFLICT',
        details: {
          expected: revision,
          actual: revision + 1,
          keys: [
            { key: 'greeting', theirs: words[1 - loser], yours: words[loser] },
            { key: 'token', theirs: set, yours: set },
          ],
        },
      });
      expect(JSON.stringify(answers)).not.toContain('planted');
      await one.admin('PUT', `/${name}/config`, { config: { round } });
    }
  });

  it('settings that one puts back to what it last saw are saved, although the other has changed them since', async () => {
    const [one, two] = both();
    await one.admin('PUT', `/${name}/config`, { config: { greeting: 'of one' } });
    await two.admin('PUT', `/${name}/config`, { config: { greeting: 'of two' } });
    await one.admin('PUT', `/${name}/config`, { config: { greeting: 'of one' } });
    await two.admin('PUT', `/${name}/config`, { config: { last: 'two' } });
    for (const server of both()) await server.admin('PUT', `/${name}/config`, { config: { seen: server.url } });
    expect(await two.run(name, 'getConfig', 'greeting')).toBe('of one');
  });

  it('settings that both save at once, key by key, are all kept, and read by the other after its next save', async () => {
    const [one, two] = both();
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
    const answers = await Promise.all(
      keys.map((key, index) => both()[index % 2 ? 1 : 0].admin('PUT', `/${name}/config`, { config: { [key]: index } })),
    );
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 200));
    await one.admin('PUT', `/${name}/config`, { config: { token: 'of one' } });
    await two.admin('PUT', `/${name}/config`, { config: { last: true } });
    const values = Object.fromEntries(keys.map((key, index) => [key, index]));
    expect(await two.run(name, 'getConfig')).toMatchObject({ ...values, token: 'of one', last: true });
  });

  it('documents are shared: 1,000 inserts at once are 1,000, every $inc counts, a unique value is taken once', async () => {
    const [one, two] = both();
    const at = (call: object): Promise<unknown[]> =>
      Promise.all(both().map((server) => server.outcome(name, { collection: 'things', ...call } as never)));
    await at({ method: 'insert', args: [{ kind: 'many' }], times: 500 });
    expect(await one.things(name, 'count', { kind: 'many' })).toBe(1_000);
    await one.things(name, 'insert', { _id: 'counter', n: 0 });
    await at({ method: 'update', args: [{ _id: 'counter' }, { $inc: { n: 1 } }], times: 100 });
    expect(await two.things(name, 'findOne', { _id: 'counter' })).toMatchObject({ n: 200 });
    await at({ method: 'insert', args: [{ number: 7 }], times: 20 });
    expect(await two.things(name, 'count', { number: 7 })).toBe(1);
    await two.things(name, 'deleteMany', { kind: 'many' });
    expect(await one.things(name, 'find', { kind: 'many' })).toEqual([]);
  });

  it('values are read as the other has written them, where they are not kept in memory', async () => {
    const [one, two] = both();
    for (let round = 0; round < 10; round += 1) {
      await one.run(name, 'setStorage', 'key', round);
      expect(await two.run(name, 'getStorage', 'key')).toBe(round);
    }
    await two.run(name, 'deleteStorage', 'key');
    expect(await one.run(name, 'getStorage', 'key')).toBeNull();
  });
});
