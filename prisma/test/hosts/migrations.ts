import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

const migrate = `async migrate(ctx, { from }) {
  await ctx.collection('things').update({}, { $set: { tags: [], from } });
},`;

/** What becomes of data when a release wants another shape of it. */
export function describeMigrations(store: () => StoreUnderTest): void {
  describe('data of an earlier release', () => {
    it('is migrated once with the release that needs it, and is as it was when that comes to nothing', async () => {
      const name = unique('demo');
      const { stores } = store();
      await using folder = await folderOf([name, remotePlugin(name)]);
      await using server = await servePlugins(folder, { stores });
      const before = await server.things(name, 'insert', { _id: 'a', title: 'old' });
      const second = { version: '2.0.0' };

      await folder.write(name, remotePlugin(name, second, `${migrate} health: () => false,`));
      expect(await server.admin('POST', `/${name}/reload`)).toMatchObject({ body: { code: 'HEALTH_FAILED' } });
      expect(await server.things(name, 'find')).toEqual([before]);

      await folder.write(name, remotePlugin(name, second, `${migrate} onEnable() { throw new Error('no'); },`));
      expect(await server.admin('POST', `/${name}/reload`)).toMatchObject({ body: { code: 'HOOK_FAILED' } });
      expect(await server.things(name, 'find')).toEqual([before]);

      await folder.write(name, remotePlugin(name, second, migrate));
      expect((await server.admin('POST', `/${name}/reload`)).status).toBe(200);
      const migrated = [{ _id: 'a', title: 'old', tags: [], from: '1.0.0' }];
      expect(await server.things(name, 'find')).toMatchObject(migrated);
      await server.stop();

      await using later = await servePlugins(folder, { stores });
      expect(await later.things(name, 'find')).toMatchObject(migrated);
      expect(await stores.plugins.get(name)).toMatchObject({ dataVersion: '2.0.0', copiedDataVersion: null });
      await later.stop();
    });

    it('stays as it is when an administrator goes back to the release before', async () => {
      const name = unique('demo');
      const { stores } = store();
      await using folder = await folderOf([name, remotePlugin(name)]);
      await using server = await servePlugins(folder, { stores });
      await server.things(name, 'insert', { _id: 'a' });
      await folder.write(name, remotePlugin(name, { version: '2.0.0' }, migrate));
      expect((await server.admin('POST', `/${name}/reload`)).status).toBe(200);
      expect((await server.admin('POST', `/-/${name}/rollback`)).status).toBe(200);
      expect(server.host.summary(name)).toMatchObject({ version: '1.0.0', state: 'active' });
      expect(await server.things(name, 'find')).toMatchObject([{ tags: [], from: '1.0.0' }]);
      await server.stop();
    });
  });
}
