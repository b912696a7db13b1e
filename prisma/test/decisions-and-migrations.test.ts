import { guardsItself } from '@catalyst-plugins/core';
import {
  createTestHost,
  manifestOf,
  type PluginFiles,
  type PluginsFolder,
  type TestHost,
} from '@catalyst-plugins/core/testing';
import { describe, expect, it } from 'vitest';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

interface Context {
  callPluginApi(plugin: string, api: string): Promise<unknown>;
  collection(name: string): { find(): Promise<object[]>; insert(document: object): Promise<object> };
}

type Contexts = Record<string, Context> & { readonly [guardsItself]: true };

/** A plugin that hands out its context under its name and offers its version to others. */
const release = (name: string, version: string, members: object = {}, hooks = ''): PluginFiles => ({
  'plugin.json': manifestOf(name, { version, ...members }),
  'index.js': `export default { onLoad(ctx) { ctx.db['${name}'] = ctx; ctx.exposeApi('version', () => '${version}'); }, ${hooks} };`,
});

const desk = release('desk', '1.0.0');
const caller = release('caller', '1.0.0', { dependencies: { desk: '*' }, permissions: ['plugin.rpc'] });

const states = ({ host }: TestHost): object =>
  Object.fromEntries(host.status().map(({ name, state }) => [name, state]));

/** Two hosts on one database and one folder, one after the other; the first writes the plugins. */
interface Hosts extends AsyncDisposable {
  readonly contexts: Contexts;
  start(plugins?: Readonly<Record<string, PluginFiles>>): Promise<TestHost>;
}

async function openHosts(open: () => Promise<Disposable<Database>>): Promise<Hosts> {
  const database = await open();
  const contexts = { [guardsItself]: true } as Contexts;
  const started: TestHost[] = [];
  const first = (): PluginsFolder | undefined => started[0]?.folder;
  return {
    contexts,
    async start(plugins) {
      await started.at(-1)?.expectNothingLeft();
      const folder = first();
      const stores = createPrismaStores(database.value);
      const test = await createTestHost({
        stores,
        db: contexts,
        ...(folder ? { folder } : { plugins: plugins ?? {} }),
      });
      started.push(test);
      return test;
    },
    async [Symbol.asyncDispose]() {
      for (const test of started.toReversed()) await test[Symbol.asyncDispose]();
      await database.dispose();
    },
  };
}

function describeDecisions(name: string, open: () => Promise<Disposable<Database>>): void {
  describe(`on the database: ${name}`, () => {
    it('a permission that was taken away stays away in the next host, and each denial is in the audit log', async () => {
      await using hosts = await openHosts(open);
      const { host } = await hosts.start({ desk, caller });
      expect(await hosts.contexts['caller']?.callPluginApi('desk', 'version')).toBe('1.0.0');
      await host.grants.change('caller', { revoke: ['plugin.rpc'] }, { actor: 'ana' });
      const next = await hosts.start();
      expect(next.host.grants.describe('caller').permissions).toMatchObject([
        { permission: 'plugin.rpc', state: 'revoked' },
      ]);
      const call = hosts.contexts['caller']?.callPluginApi('desk', 'version');
      await expect(call).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
      await expect
        .poll(() => next.host.audit({ plugin: 'caller', type: 'plugin:permission-denied' }))
        .toMatchObject([{ data: { permission: 'plugin.rpc' } }]);
      expect(await next.host.audit({ plugin: 'caller', type: 'plugin:revoked' })).toMatchObject([{ actor: 'ana' }]);
    });

    it('a plugin that went with another one waits for it in the next host too, and comes back with it', async () => {
      await using hosts = await openHosts(open);
      const { host } = await hosts.start({ desk, caller });
      await expect(host.disable('desk')).rejects.toMatchObject({ code: 'DEPENDANTS_ACTIVE' });
      await host.disable('desk', { cascade: true });
      const next = await hosts.start();
      expect(states(next)).toEqual({ desk: 'disabled', caller: 'blocked' });
      await next.host.enable('desk');
      await expect.poll(() => states(next)).toEqual({ desk: 'active', caller: 'active' });
    });

    it('data is migrated with the release, and is as it was when that fails after it', async () => {
      await using hosts = await openHosts(open);
      const test = await hosts.start({ desk });
      const tickets = async (): Promise<unknown> => await hosts.contexts['desk']?.collection('tickets').find();
      await hosts.contexts['desk']?.collection('tickets').insert({ _id: 'a', title: 'old' });
      const migrate = `async migrate(ctx) { await ctx.collection('tickets').update({}, { $set: { tags: [] } }); }`;
      await test.folder.write('desk', release('desk', '2.0.0', {}, `${migrate}, health: () => false`));
      await expect(test.host.reload('desk')).rejects.toMatchObject({ code: 'HEALTH_FAILED' });
      expect(await tickets()).toEqual([expect.not.objectContaining({ tags: [] })]);
      await test.folder.write('desk', release('desk', '2.0.0', {}, migrate));
      await test.host.reload('desk');
      expect(await tickets()).toMatchObject([{ _id: 'a', title: 'old', tags: [] }]);
      const next = await hosts.start();
      expect(await next.stores.plugins.get('desk')).toMatchObject({ version: '2.0.0', dataVersion: '2.0.0' });
      expect(await tickets()).toMatchObject([{ tags: [] }]);
    });
  });
}

describeDecisions('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeDecisions('postgres', openPostgres));
