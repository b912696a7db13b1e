import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

/** The audit log of plugins, as administrators read it. */
export function describeAudit(store: () => StoreUnderTest): void {
  describe('the audit log', () => {
    it('outlives a plugin and the host, and knows a plugin again that comes back', async () => {
      const name = unique('gone');
      await using folder = await folderOf([name, remotePlugin(name)]);
      const { stores } = store();
      const first = await servePlugins(folder, { stores });
      await first.admin('POST', `/${name}/reload`, { reason: 'for the log' });
      await folder.remove(name);
      await first.host.rescan();
      expect((await first.admin('GET', `/${name}`)).status).toBe(404);
      const before = (await first.admin('GET', `/audit?plugin=${name}`)).body.data;
      expect(before.map(({ type }: { type: string }) => type)).toEqual(
        ['unloaded', 'reloaded', 'enabled', 'discovered'].map((what) => `plugin:${what}`),
      );
      await first.stop();
      await folder.write(name, remotePlugin(name));
      const second = await servePlugins(folder, { stores });
      const after = (await second.admin('GET', `/audit?plugin=${name}&limit=200`)).body.data;
      expect(after.slice(-before.length)).toEqual(before);
      expect(after.length).toBeGreaterThan(before.length);
      await second.stop();
    });
  });
}
