import { manifestOf, type PluginFiles } from '@catalyst-plugins/core/testing';
import { cleanup, waitFor } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import {
  PluginApiError,
  PluginProvider,
  useConnection,
  usePluginActions,
  usePluginConfig,
  usePluginGraph,
  usePluginPermissions,
} from '../src/index.ts';
import { startPluginServer } from './support/plugin-server.ts';
import { createHeldFetch } from './support/held-fetch.ts';
import { renderHooks, type HookPage } from './support/render-hooks.tsx';
import { shop, startShopServer } from './support/shop-server.ts';

/** Registers the suite for the React that is loaded. */
export function describeEditing(reactVersion: string): void {
  afterEach(() => cleanup());

  const renderConfig = (
    server: { baseUrl: string },
    options: { live?: boolean; fetch?: typeof globalThis.fetch } = {},
  ): HookPage<ReturnType<typeof usePluginConfig> & { connection: string }> =>
    renderHooks(server, () => ({ ...usePluginConfig('shop'), connection: useConnection().state }), options);

  describe(`editing settings on React ${reactVersion}`, () => {
    it('shows the draft at once, saves only what was changed, and has nothing to save afterwards', async () => {
      const server = await startShopServer();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live', revision: 0 }));
      expect(page.current()).toMatchObject({ values: { title: 'Shop', pageSize: 20 }, changes: [] });
      page.current().set('title', 'Corner shop');
      page.current().set('pageSize', 30);
      page.current().set('pageSize', 20);
      await waitFor(() =>
        expect(page.current()).toMatchObject({ values: { title: 'Corner shop' }, changes: ['title'] }),
      );
      expect(await page.current().save()).toEqual({ ok: true });
      await waitFor(() =>
        expect(page.current()).toMatchObject({
          isSaving: false,
          changes: [],
          revision: 1,
          state: { stored: ['title'] },
        }),
      );
      expect(page.current().values['title']).toBe('Corner shop');
      expect(server.changes).toEqual([
        { method: 'PUT', path: '/shop/config', ifMatch: '"0"', body: { config: { title: 'Corner shop' } } },
      ]);
      expect(await page.current().save()).toEqual({ ok: true });
      expect(server.changes).toHaveLength(1);
    });

    it('keeps, replaces and clears secrets, and never sends what stands for one', async () => {
      const server = await startShopServer();
      await server.change({ token: 'planted-first' });
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().values['token']).toEqual({ $secret: 'set' }));
      page.current().set('token', { $secret: 'set' });
      page.current().set('title', 'New');
      await page.current().save();
      page.current().set('token', 'second');
      await page.current().save();
      expect(await server.seen()).toMatchObject({ title: 'New', token: 'second' });
      page.current().set('token', null);
      await page.current().save();
      await waitFor(() => expect(page.current().changes).toEqual([]));
      expect(page.current().values).not.toHaveProperty('token');
      // nothing is there to be cleared
      page.current().set('token', null);
      expect(await page.current().save()).toEqual({ ok: true });
      const sent = server.changes.map(({ body }) => (body as { config: object }).config);
      expect(sent).toEqual([{ title: 'New' }, { token: 'second' }, { token: null }]);
    });

    it('shows what the environment decides as locked, and does not change it', async () => {
      const server = await startShopServer();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().status).toBe('ready'));
      expect(page.current().state?.locked).toEqual([{ key: 'region', variable: 'CATALYST_CONFIG__SHOP__REGION' }]);
      page.current().set('region', 'us');
      page.current().set('title', 'New');
      await waitFor(() => expect(page.current().changes).toEqual(['title']));
      expect(page.current().values['region']).toBe('eu');
    });

    it('names what is wrong by pointer, until it is changed', async () => {
      const server = await startShopServer();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('pageSize', 0);
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
      await waitFor(() => expect(page.current().errors.get('/pageSize')).toMatch(/1/));
      expect(page.current()).toMatchObject({ isSaving: false, changes: ['pageSize'], saveError: { status: 422 } });
      page.current().set('pageSize', 5);
      await waitFor(() => expect(page.current().errors.size).toBe(0));
      expect(await page.current().save()).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], saveError: undefined }));
    });

    it('takes over what others change elsewhere, and asks where both changed the same', async () => {
      const server = await startShopServer();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live' }));
      page.current().set('title', 'Mine');
      await server.change({ pageSize: 99 });
      await waitFor(() =>
        expect(page.current()).toMatchObject({ revision: 1, values: { title: 'Mine', pageSize: 99 } }),
      );
      expect(page.current().conflict).toBeUndefined();
      await server.change({ title: 'Theirs' });
      await waitFor(() =>
        expect(page.current().conflict).toEqual({
          expected: 1,
          actual: 2,
          keys: [{ key: 'title', before: 'Shop', theirs: 'Theirs', yours: 'Mine' }],
        }),
      );
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT' } });
      expect(await server.seen()).toMatchObject({ title: 'Theirs' });
      page.current().resolve('mine');
      await waitFor(() => expect(page.current().conflict).toBeUndefined());
      expect(await page.current().save()).toEqual({ ok: true });
      expect(await server.seen()).toMatchObject({ title: 'Mine', pageSize: 99 });
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], revision: 3 }));
    });

    it('shows both sides when the server says that somebody was faster, and can take theirs', async () => {
      const server = await startShopServer();
      const page = renderConfig(server, { live: false });
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('title', 'Mine');
      page.current().set('pageSize', 7);
      await server.change({ title: 'Theirs' });
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT', status: 409 } });
      await waitFor(() =>
        expect(page.current().conflict).toMatchObject({
          expected: 0,
          actual: 1,
          keys: expect.arrayContaining([
            { key: 'title', before: 'Shop', theirs: 'Theirs', yours: 'Mine' },
            expect.objectContaining({ key: 'pageSize' }),
          ]),
        }),
      );
      page.current().resolve('theirs');
      await waitFor(() => expect(page.current()).toMatchObject({ conflict: undefined, values: { title: 'Theirs' } }));
    });

    it('saves on top of a change that has nothing to do with it, unless a secret may be lost', async () => {
      const server = await startShopServer();
      await server.change({ token: 'planted-first' });
      const page = renderConfig(server, { live: false });
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('title', 'Mine');
      await server.change({ pageSize: 50 });
      expect(await page.current().save()).toEqual({ ok: true });
      expect(server.changes.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"']);
      expect(await server.seen()).toMatchObject({ title: 'Mine', pageSize: 50, token: 'planted-first' });

      page.current().set('token', 'mine');
      await server.change({ token: 'planted-of-others' });
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT' } });
      await waitFor(() => expect(page.current().conflict?.keys.map(({ key }) => key)).toEqual(['token']));
      expect(JSON.stringify(page.current())).not.toMatch(/planted/);
      page.current().resolve('mine');
      expect(await page.current().save()).toEqual({ ok: true });
      expect(await server.seen()).toMatchObject({ token: 'mine' });
    });

    it('keeps what is typed while it saves', async () => {
      const server = await startShopServer();
      const held = createHeldFetch();
      const page = renderConfig(server, { fetch: held.fetch });
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live' }));
      page.current().set('title', 'First');
      const answer = held.hold('PUT', '/shop/config');
      const saving = page.current().save();
      await answer.answered;
      await waitFor(() => expect(page.current()).toMatchObject({ isSaving: true, revision: 1 }));
      page.current().set('title', 'Second');
      answer.release();
      expect(await saving).toEqual({ ok: true });
      await waitFor(() =>
        expect(page.current()).toMatchObject({
          isSaving: false,
          conflict: undefined,
          changes: ['title'],
          values: { title: 'Second' },
          state: { config: { title: 'First' } },
        }),
      );
      expect(await page.current().save()).toEqual({ ok: true });
      expect(await server.seen()).toMatchObject({ title: 'Second' });
    });

    it('asks the plugin about values before they are saved', async () => {
      const server = await startShopServer();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().state?.canTest).toBe(true));
      page.current().set('title', 'Dull');
      expect(await page.current().test()).toMatchObject({ ok: false });
      await waitFor(() => expect(page.current()).toMatchObject({ isTesting: false, tested: { ok: false } }));
      expect(page.current().errors.get('/title')).toBe('Too dull.');
      expect(server.changes.at(-1)).toMatchObject({ path: '/-/shop/config/test', body: { config: { title: 'Dull' } } });
      page.current().set('title', 'Shiny');
      await waitFor(() => expect(page.current().tested).toBeUndefined());
      page.current().reset();
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], values: { title: 'Shop' } }));
      expect(await server.seen()).toMatchObject({ title: 'Shop' });
    });

    it('lists what was saved and brings it back', async () => {
      const server = await startShopServer();
      await server.change({ title: 'One' });
      await server.change({ title: 'Two' });
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().revision).toBe(2));
      expect(await page.current().loadRevisions({ limit: 1, before: 2 })).toMatchObject([
        { revision: 1, actor: 'somebody', keys: ['title'], config: { title: 'One' } },
      ]);
      expect(await page.current().restore(1)).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ revision: 3, values: { title: 'One' } }));
      expect(server.changes.at(-1)).toMatchObject({ path: '/-/shop/config/restore', ifMatch: '"2"' });
    });
  });

  describe(`permissions and relations on React ${reactVersion}`, () => {
    it('shows what a plugin may do, grants and revokes, and says why not', async () => {
      const asked = { permission: 'orders.read', description: 'To show orders.' };
      const asking = (...permissions: string[]) =>
        shop({ permissions, permissionDescriptions: { 'orders.read': 'To show orders.' } });
      const server = await startShopServer({ plugins: { shop: asking('orders.read') }, host: { consent: 'always' } });
      const page = renderHooks(server, () => ({ ...usePluginPermissions('shop'), connection: useConnection().state }));
      await waitFor(() =>
        expect(page.current()).toMatchObject({
          status: 'ready',
          connection: 'live',
          permissions: [{ ...asked, state: 'pending' }],
        }),
      );
      expect(await page.current().grant('orders.read')).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ isBusy: false, permissions: [{ state: 'granted' }] }));
      // it waited for nothing else
      await waitFor(() => expect(server.host.summary('shop')?.state).toBe('active'));
      expect(await page.current().revoke('orders.read')).toEqual({ ok: true });
      await waitFor(() => expect(page.current().permissions[0]?.state).toBe('revoked'));
      expect(server.changes.map(({ body }) => body)).toEqual([{ grant: ['orders.read'] }, { revoke: ['orders.read'] }]);
      expect(await page.current().grant('no.such')).toMatchObject({ ok: false, error: { code: 'GRANT_UNKNOWN' } });
      await waitFor(() => expect(page.current()).toMatchObject({ isBusy: false, error: { status: 422 } }));

      // somebody else decides
      await server.host.grants.change('shop', { grant: ['orders.read'] }, { actor: 'somebody' });
      await waitFor(() => expect(page.current().permissions[0]?.state).toBe('granted'));
      // and the folder asks for more
      await server.folder.write('shop', asking('orders.read', 'orders.write'));
      await server.host.reload('shop').catch(() => undefined);
      await waitFor(() => expect(page.current().pending).toMatchObject([{ permission: 'orders.write' }]));
    });

    it('tells who goes when a plugin goes, and follows changes', async () => {
      const needing = (name: string, members: object = {}): PluginFiles => ({
        'plugin.json': manifestOf(name, members),
        'index.js': 'export default {};',
      });
      const any = (name: string): object => ({ dependencies: { [name]: '*' } });
      const plugins = {
        a: needing('a', any('c')),
        b: needing('b', any('a')),
        c: needing('c', any('b')),
        d: needing('d', { optionalDependencies: { a: '*' } }),
      };
      const server = await startPluginServer({ plugins });
      const page = renderHooks(server, () => ({ ...usePluginGraph(), connection: useConnection().state }));
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live' }));
      expect(page.current().dependantsOf('a')).toEqual(['b', 'c']);
      expect(page.current().dependenciesOf('c')).toEqual(['b', 'a']);
      expect(page.current().dependenciesOf('d')).toEqual([]);
      expect(page.current().cycles).toHaveLength(1);
      await server.folder.write('a', needing('a'));
      await server.host.rescan();
      await waitFor(() => expect(page.current()).toMatchObject({ cycles: [], edges: { length: 3 } }));
      expect(page.current().dependenciesOf('c')).toEqual(['b', 'a']);
      await waitFor(() => expect(page.current().nodes.every(({ state }) => state === 'active')).toBe(true));
    });

    it('says who stands in the way of a switch, and switches with cascade or consent', async () => {
      const needy = manifestOf('stats', { dependencies: { shop: '*' } });
      const plugins = {
        shop: shop({ permissions: ['orders.read'] }),
        stats: { 'plugin.json': needy, 'index.js': 'export default {};' },
      };
      const server = await startShopServer({ plugins, host: { consent: 'always' } });
      const page = renderHooks(server, () => usePluginActions('shop'));
      expect(await page.current().enable()).toMatchObject({
        ok: false,
        error: { code: 'CONSENT_REQUIRED', details: { permissions: [{ permission: 'orders.read' }] } },
      });
      expect(await page.current().enable({ grant: ['orders.read'] })).toEqual({ ok: true });
      await waitFor(() => expect(server.host.summary('stats')?.state).toBe('active'));
      const refused = await page.current().disable();
      expect(refused).toMatchObject({
        ok: false,
        error: { code: 'DEPENDANTS_ACTIVE', details: { dependants: [{ name: 'stats' }] } },
      });
      expect(await page.current().disable({ cascade: true })).toEqual({ ok: true });
      expect(server.host.summary('stats')?.state).toBe('blocked');
      expect(server.changes.map(({ body }) => body)).toEqual([
        { enabled: true },
        { enabled: true, grant: ['orders.read'] },
        { enabled: false },
        { enabled: false, cascade: true },
      ]);
      expect(!refused.ok && refused.error).toBeInstanceOf(PluginApiError);
    });

    it('renders on a server without asking anything', async () => {
      const server = await startShopServer();
      const Probe = () => (
        <p>
          {[usePluginConfig('shop'), usePluginPermissions('shop'), usePluginGraph()].map((one) => one.status).join(' ')}
        </p>
      );
      const html = renderToString(
        <PluginProvider baseUrl={server.baseUrl}>
          <Probe />
        </PluginProvider>,
      );
      expect(html).toBe('<p>loading loading loading</p>');
    });
  });
}
