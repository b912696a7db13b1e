import { cp } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { canMountDisk, mountSmallDisk } from '../../packages/core/test/support/small-disk.ts';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { openEmbeddedDatabase } from '../src/open-embedded-database.ts';
import { copyEmbeddedTemplate } from './support/databases.ts';
import { folderOf, type PluginServer, remotePlugin, servePlugins } from './support/serve-plugins.ts';

const canMount = await canMountDisk();
const value = 'x'.repeat(50_000);

/** Has a plugin store values until one is refused; resolves to the keys that it was told are stored, and the refusal. */
async function storeUntilRefused(server: PluginServer): Promise<{ keys: string[]; refusal: unknown }> {
  const keys: string[] = [];
  for (let number = 0; number < 2_000; number += 1) {
    try {
      await server.run('one', 'setStorage', `key-${number}`, value);
    } catch (refusal) {
      return { keys, refusal };
    }
    keys.push(`key-${number}`);
  }
  throw new Error('the disk is not full');
}

describe.skipIf(!canMount)(
  `an embedded database on a full disk${canMount ? '' : ' (SKIPPED: needs the right to mount one)'}`,
  () => {
    it('refuses what it cannot keep, tells what it has, works again when there is room, and loses nothing it took', async () => {
      await using folder = await folderOf([
        'one',
        remotePlugin('one', { config: { size: { type: 'integer', default: 1 } } }),
      ]);
      await using disk = await mountSmallDisk(100_000);
      const template = await copyEmbeddedTemplate();
      const directory = path.join(disk.directory, 'data');
      await cp(template.value, directory, { recursive: true });
      await template.dispose();
      const open = async (): Promise<[Database, PluginServer]> => {
        const database = await openEmbeddedDatabase({ directory });
        return [database, await servePlugins(folder, { stores: createPrismaStores(database) })];
      };

      const [database, server] = await open();
      expect((await server.admin('PUT', '/one/config', { config: { size: 2 } })).status).toBe(200);
      disk.fill();
      const { keys, refusal } = await storeUntilRefused(server);
      expect(refusal).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await server.run('one', 'getStorage', keys[0] ?? 'key-0')).toBe(keys[0] ? value : null);
      expect((await server.admin('GET', '/-/one/config')).body.data.config).toEqual({ size: 2 });
      expect(server.host.summary('one')?.state).toBe('active');
      disk.makeRoom();
      await expect
        .poll(() => server.outcome('one', { method: 'setStorage', args: ['after', value] }))
        .toEqual({ value: null });
      await server.stop();
      await database.close();

      const [reopened, again] = await open();
      for (const key of [...keys, 'after']) expect(await again.run('one', 'getStorage', key)).toBe(value);
      expect((await again.admin('GET', '/-/one/config')).body.data.config).toEqual({ size: 2 });
      expect(again.host.summary('one')?.state).toBe('active');
      await again.stop();
      await reopened.close();
    });
  },
);
