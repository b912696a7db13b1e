import { type ManualClock, createManualClock } from '@catalyst-plugins/core/testing';
import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

/** A repository as host applications write it. */
const db = {
  server: { findMany: () => ['survival', 'creative'], create: () => 'made' },
};

const denials = { type: 'plugin:permission-denied' };

/** What plugins may do, and who decides about it. */
export function describePermissions(store: () => StoreUnderTest): void {
  describe('permissions', () => {
    it('that an update wants more are asked for with 409; once granted, the update comes up by itself', async () => {
      const name = unique('demo');
      const { stores } = store();
      const describing = { permissionDescriptions: { net: 'Asks the weather service.' } };
      const updated = remotePlugin(name, { version: '1.1.0', permissions: ['users.read', 'net'], ...describing });
      await using folder = await folderOf([name, remotePlugin(name, { permissions: ['users.read'] })]);
      await using server = await servePlugins(folder, { stores });
      await folder.write(name, updated);
      const refused = await server.admin('POST', `/${name}/reload`, {});
      expect(refused).toMatchObject({
        status: 409,
        body: {
          code: 'CONSENT_REQUIRED',
          details: { permissions: [{ permission: 'net', description: 'Asks the weather service.' }] },
        },
      });
      expect(server.host.summary(name)).toMatchObject({ state: 'active', version: '1.0.0' });
      await expect.poll(() => server.host.get(name)?.releases).toHaveLength(1);
      await server.stop();

      await using second = await servePlugins(folder, { stores });
      expect(second.host.summary(name)).toMatchObject({ state: 'active', version: '1.0.0' });
      const pending = [{ permission: 'net', description: 'Asks the weather service.', state: 'pending' }];
      expect((await second.admin('GET', `/-/${name}/grants`)).body.data.pending).toEqual(pending);
      expect((await second.admin('PUT', `/-/${name}/grants`, { grant: ['net'] })).status).toBe(200);
      await expect.poll(() => second.host.summary(name)).toMatchObject({ version: '1.1.0', lastFailure: null });
      await second.stop();

      await using third = await servePlugins(folder, { stores });
      expect(third.host.summary(name)).toMatchObject({ state: 'active', version: '1.1.0' });
      expect((await third.admin('GET', `/-/${name}/grants`)).body.data).toEqual({
        permissions: [
          { permission: 'users.read', description: null, state: 'granted' },
          { ...pending[0], state: 'granted' },
        ],
        pending: [],
      });
      await third.stop();
    });

    it('are revoked while the plugin runs: the next call is denied, and so are those after a restart', async () => {
      const [name, provider] = [unique('demo'), unique('provider')];
      const { stores } = store();
      const exposing = `onEnable(ctx) { ctx.exposeApi('version', () => 'one'); },`;
      await using folder = await folderOf(
        [name, remotePlugin(name, { permissions: ['server.read', 'plugin.rpc'] })],
        [provider, remotePlugin(provider, {}, exposing)],
      );
      const clock: ManualClock = createManualClock();
      await using server = await servePlugins(folder, { stores, db, clock });
      const find = { model: 'server', method: 'findMany', args: [] };
      const call = { method: 'callPluginApi', args: [provider, 'version'] };
      const denied = { error: { code: 'PERMISSION_DENIED', message: expect.stringContaining(name) } };
      expect(await server.outcome(name, find)).toEqual({ value: ['survival', 'creative'] });
      expect(await server.outcome(name, call)).toEqual({ value: 'one' });
      await server.admin('PUT', `/-/${name}/grants`, { revoke: ['server.read'] });
      expect(await server.outcome(name, find)).toEqual(denied);
      expect(await server.outcome(name, call)).toEqual({ value: 'one' });
      await server.admin('PUT', `/-/${name}/grants`, { revoke: ['plugin.rpc'] });
      expect(await server.outcome(name, call)).toEqual(denied);
      expect(server.host.summary(name)).toMatchObject({ state: 'active', generation: 1 });
      await server.stop();

      await using later = await servePlugins(folder, { stores, db });
      expect(await later.outcome(name, find)).toEqual(denied);
      expect(await later.outcome(name, call)).toEqual(denied);
      await later.admin('PUT', `/-/${name}/grants`, { grant: ['server.read', 'plugin.rpc'] });
      expect(await later.outcome(name, find)).toEqual({ value: ['survival', 'creative'] });
      expect(await later.outcome(name, call)).toEqual({ value: 'one' });
      const decided = (await later.admin('GET', `/audit?plugin=${name}&limit=100`)).body.data
        .filter(({ type }: { type: string }) => ['plugin:granted', 'plugin:revoked'].includes(type))
        .map(({ type, actor, data }: { type: string; actor: string; data: { permissions: string[] } }) => [
          type,
          actor,
          data.permissions,
        ]);
      expect(decided).toEqual([
        ['plugin:granted', 'ana', ['server.read', 'plugin.rpc']],
        ['plugin:revoked', 'ana', ['plugin.rpc']],
        ['plugin:revoked', 'ana', ['server.read']],
        ['plugin:granted', 'system', ['server.read', 'plugin.rpc']],
      ]);
      await later.stop();
    });

    it('that a plugin lacks leave one audit entry a minute, which counts the denials in between', async () => {
      const name = unique('demo');
      await using folder = await folderOf([name, remotePlugin(name, { permissions: ['server.read'] })]);
      const clock = createManualClock();
      await using server = await servePlugins(folder, { stores: store().stores, db, clock });
      const create = { model: 'server', method: 'create', args: [] };
      const entries = async (): Promise<unknown[]> =>
        (await server.host.audit({ plugin: name, ...denials })).map(({ data }) => data);
      await server.outcome(name, { ...create, times: 30 });
      await expect.poll(() => entries()).toHaveLength(1);
      await server.outcome(name, { method: 'callPluginApi', args: ['nobody', 'x'] });
      clock.advance(60_000);
      await expect
        .poll(() => entries())
        .toEqual([
          { permission: 'server.write', operation: expect.any(String), repeated: 29 },
          { permission: 'plugin.rpc', operation: expect.any(String) },
          { permission: 'server.write', operation: expect.any(String) },
        ]);
      await server.stop();
    });

    it('that a plugin does not ask for cannot be granted', async () => {
      const name = unique('demo');
      await using folder = await folderOf([name, remotePlugin(name, { permissions: ['users.read'] })]);
      await using server = await servePlugins(folder, { stores: store().stores });
      const refused = await server.admin('PUT', `/-/${name}/grants`, { grant: ['net'], revoke: ['users.read'] });
      expect([refused.status, refused.body.code]).toEqual([422, 'GRANT_UNKNOWN']);
      expect(server.host.grants.describe(name).permissions).toMatchObject([{ state: 'granted' }]);
      await server.stop();
    });
  });
}
