import { newPlugin } from '@catalyst-plugins/core/testing/contracts';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrismaClient } from '../src/client.ts';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import type { PrismaStoreClient } from '../src/prisma-store-client.ts';
import { type Disposable, openEmbedded } from './support/databases.ts';
import { generateClient, packageDirectory } from './support/generate-client.ts';

describe('Prisma clients on the embedded database', () => {
  let opened: Disposable<Database>;
  beforeAll(async () => {
    opened = await openEmbedded();
  });
  afterAll(() => opened?.dispose());

  it('our own client is typed and sees what the stores wrote', async () => {
    const client = createPrismaClient(opened.value);
    const stores = createPrismaStores(opened.value);
    await stores.plugins.add(newPlugin('typed'), []);
    await stores.documents.set('typed', 'key', '{"a":1}');
    const row = await client.plugin.findUniqueOrThrow({ where: { name: 'typed' }, include: { storage: true } });
    expect(row.storage.map(({ key, value }) => [key, value])).toEqual([['key', { a: 1 }]]);
    expect(row.environment).toEqual({});
    expect(await client.pluginStorage.count({ where: { value: { path: ['a'], equals: 1 } } })).toBe(1);
  });

  it('making a client leaves the globals of the process alone', () => {
    createPrismaClient(opened.value);
    expect('__dirname' in globalThis).toBe(false);
  });

  it('an extended client is accepted', async () => {
    const extended = createPrismaClient(opened.value).$extends({ query: { plugin: {} } });
    const { plugins } = createPrismaStores(extended);
    await plugins.add(newPlugin('extended'), []);
    expect((await plugins.update('extended', { enabled: true }, [])).enabled).toBe(true);
  });

  it('a client that the host generated from our models and its own is accepted', async () => {
    await opened.value.pool.query('CREATE TABLE "Article" (id int PRIMARY KEY, title text NOT NULL)');
    const folder = await generateClient('host-client', 'model Article {\n  id Int @id\n  title String\n}\n');
    interface HostClient extends PrismaStoreClient {
      article: { create(args: object): Promise<unknown>; count(): Promise<number> };
    }
    const generated: { PrismaClient: new (options: object) => HostClient } = await import(
      /* @vite-ignore */ pathToFileURL(path.join(folder, 'client.ts')).href
    );
    const client = new generated.PrismaClient({ adapter: new PrismaPg(opened.value.pool) });
    const { plugins, documents } = createPrismaStores(client);
    await plugins.add(newPlugin('hosted'), []);
    await documents.set('hosted', 'key', '"value"');
    await client.article.create({ data: { id: 1, title: 'Own models work too' } });
    expect(await documents.get('hosted', 'key')).toBe('value');
    expect(await client.article.count()).toBe(1);
  });

  it('a client without our models is refused with DATABASE_INCOMPATIBLE, which names the model', () => {
    const client: PrismaStoreClient = Object.assign(createPrismaClient(opened.value).$extends({}), {
      plugin: undefined,
    });
    expect(() => createPrismaStores(client)).toThrow(
      expect.objectContaining({ code: 'DATABASE_INCOMPATIBLE', message: expect.stringContaining('model Plugin') }),
    );
  });
});

describe('the generated client', () => {
  it('in src/generated is what prisma makes of the models now', async () => {
    const read = async (folder: string): Promise<Record<string, string>> => {
      const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts')).toSorted();
      return Object.fromEntries(
        await Promise.all(files.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const)),
      );
    };
    const committed = await read(path.join(packageDirectory, 'src/generated'));
    const fresh = await read(await generateClient('drift'));
    expect(Object.keys(committed)).toEqual(Object.keys(fresh));
    for (const [name, text] of Object.entries(committed)) {
      expect(fresh[name] === text, `${name} differs; run \`pnpm --filter @catalyst-plugins/prisma generate\``).toBe(
        true,
      );
    }
  });
});
