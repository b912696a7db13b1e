import { cleanup, configure, waitFor } from '@testing-library/react';
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
import { startAdminStandIn } from './support/admin-stand-in.ts';
import { createHeldFetch } from './support/held-fetch.ts';
import { renderHooks, type HookPage } from './support/render-hooks.tsx';

/** Registers the suite for the React that is loaded. */
export function describeEditing(reactVersion: string): void {
  configure({ asyncUtilTimeout: 15_000 });
  afterEach(() => cleanup());

  const renderConfig = (
    server: { baseUrl: string },
    options: { live?: boolean; fetch?: typeof globalThis.fetch } = {},
  ): HookPage<ReturnType<typeof usePluginConfig> & { connection: string }> =>
    renderHooks(server, () => ({ ...usePluginConfig('shop'), connection: useConnection() }), options);

  describe(`editing settings on React ${reactVersion}`, () => {
    it('shows the draft at once, saves only what was changed, and has nothing to save afterwards', async () => {
      const server = await startAdminStandIn();
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
      const server = await startAdminStandIn();
      server.change({ token: 'first' });
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().values['token']).toEqual({ $secret: 'set' }));
      page.current().set('token', { $secret: 'set' });
      page.current().set('title', 'New');
      await page.current().save();
      page.current().set('token', 'second');
      await page.current().save();
      expect(server.stored()).toEqual({ title: 'New', token: 'second' });
      page.current().set('token', null);
      await page.current().save();
      await waitFor(() => expect(page.current()).toMatchObject({ values: { token: null }, changes: [] }));
      const sent = server.changes.map(({ body }) => (body as { config: object }).config);
      expect(sent).toEqual([{ title: 'New' }, { token: 'second' }, { token: null }]);
    });

    it('does not change what the environment decides', async () => {
      const server = await startAdminStandIn();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('region', 'us');
      page.current().set('title', 'New');
      await waitFor(() => expect(page.current().changes).toEqual(['title']));
      expect(page.current().values['region']).toBe('eu');
    });

    it('names what is wrong by pointer, until it is changed', async () => {
      const server = await startAdminStandIn();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('pageSize', 0);
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
      await waitFor(() => expect(page.current().errors.get('/pageSize')).toBe('At least 1.'));
      expect(page.current()).toMatchObject({ isSaving: false, changes: ['pageSize'], saveError: { status: 422 } });
      page.current().set('pageSize', 5);
      await waitFor(() => expect(page.current().errors.size).toBe(0));
      expect(await page.current().save()).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], saveError: undefined }));
    });

    it('takes over what others change elsewhere, and asks where both changed the same', async () => {
      const server = await startAdminStandIn();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live' }));
      page.current().set('title', 'Mine');
      server.change({ pageSize: 99 });
      await waitFor(() =>
        expect(page.current()).toMatchObject({ revision: 1, values: { title: 'Mine', pageSize: 99 } }),
      );
      expect(page.current().conflict).toBeUndefined();
      server.change({ title: 'Theirs' });
      await waitFor(() =>
        expect(page.current().conflict).toEqual({
          expected: 1,
          actual: 2,
          keys: [{ key: 'title', before: 'Shop', theirs: 'Theirs', yours: 'Mine' }],
        }),
      );
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT' } });
      expect(server.stored()).toMatchObject({ title: 'Theirs' });
      page.current().resolve('mine');
      await waitFor(() => expect(page.current().conflict).toBeUndefined());
      expect(await page.current().save()).toEqual({ ok: true });
      expect(server.stored()).toEqual({ title: 'Mine', pageSize: 99 });
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], revision: 3 }));
    });

    it('shows both sides when the server says that somebody was faster, and can take theirs', async () => {
      const server = await startAdminStandIn();
      const page = renderConfig(server, { live: false });
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('title', 'Mine');
      page.current().set('pageSize', 7);
      server.change({ title: 'Theirs' });
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT', status: 409 } });
      await waitFor(() =>
        expect(page.current().conflict).toMatchObject({
          expected: 0,
          actual: 1,
          keys: [{ key: 'title', before: 'Shop', theirs: 'Theirs', yours: 'Mine' }, { key: 'pageSize' }],
        }),
      );
      page.current().resolve('theirs');
      await waitFor(() => expect(page.current()).toMatchObject({ conflict: undefined, values: { title: 'Theirs' } }));
    });

    it('saves on top of a change that has nothing to do with it, unless a secret may be lost', async () => {
      const server = await startAdminStandIn();
      server.change({ token: 'first' });
      const page = renderConfig(server, { live: false });
      await waitFor(() => expect(page.current().status).toBe('ready'));
      page.current().set('title', 'Mine');
      server.change({ pageSize: 50 });
      expect(await page.current().save()).toEqual({ ok: true });
      expect(server.changes.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"']);
      expect(server.stored()).toEqual({ title: 'Mine', pageSize: 50, token: 'first' });

      page.current().set('token', 'mine');
      server.change({ token: 'of-others' });
      expect(await page.current().save()).toMatchObject({ ok: false, error: { code: 'CONFIG_CONFLICT' } });
      await waitFor(() => expect(page.current().conflict?.keys.map(({ key }) => key)).toEqual(['token']));
      expect(JSON.stringify(page.current())).not.toMatch(/first|of-others/);
      page.current().resolve('mine');
      expect(await page.current().save()).toEqual({ ok: true });
      expect(server.stored()).toMatchObject({ token: 'mine' });
    });

    it('keeps what is typed while it saves', async () => {
      const server = await startAdminStandIn();
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
      expect(server.stored()).toEqual({ title: 'Second' });
    });

    it('asks the plugin about values before they are saved', async () => {
      const server = await startAdminStandIn();
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().state?.canTest).toBe(true));
      server.test.answer = { ok: false, errors: [{ pointer: '/title', message: 'Too dull.' }], messages: [] };
      page.current().set('title', 'Dull');
      expect(await page.current().test()).toMatchObject({ ok: false });
      await waitFor(() => expect(page.current()).toMatchObject({ isTesting: false, tested: { ok: false } }));
      expect(page.current().errors.get('/title')).toBe('Too dull.');
      expect(server.changes.at(-1)).toMatchObject({ path: '/shop/config/test', body: { config: { title: 'Dull' } } });
      page.current().set('title', 'Shiny');
      await waitFor(() => expect(page.current().tested).toBeUndefined());
      page.current().reset();
      await waitFor(() => expect(page.current()).toMatchObject({ changes: [], values: { title: 'Shop' } }));
      expect(server.stored()).toEqual({});
    });

    it('lists what was saved and brings it back', async () => {
      const server = await startAdminStandIn();
      server.change({ title: 'One' });
      server.change({ title: 'Two' });
      const page = renderConfig(server);
      await waitFor(() => expect(page.current().revision).toBe(2));
      expect(await page.current().loadRevisions({ limit: 1, before: 2 })).toMatchObject([
        { revision: 1, actor: 'somebody', keys: ['title'], config: { title: 'One' } },
      ]);
      expect(await page.current().restore(1)).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ revision: 3, values: { title: 'One' } }));
      expect(server.changes.at(-1)).toMatchObject({ path: '/shop/config/restore', ifMatch: '"2"' });
    });
  });

  describe(`permissions and relations on React ${reactVersion}`, () => {
    it('shows what a plugin may do, grants and revokes, and says why not', async () => {
      const server = await startAdminStandIn();
      const asked = { permission: 'orders.read', description: 'To show orders.', state: 'pending' } as const;
      server.permissions.current = { permissions: [asked], pending: [] };
      const page = renderHooks(server, () => ({ ...usePluginPermissions('shop'), connection: useConnection() }));
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', permissions: [asked] }));
      expect(await page.current().grant('orders.read')).toEqual({ ok: true });
      await waitFor(() => expect(page.current()).toMatchObject({ isBusy: false, permissions: [{ state: 'granted' }] }));
      expect(await page.current().revoke('orders.read')).toEqual({ ok: true });
      await waitFor(() => expect(page.current().permissions[0]?.state).toBe('revoked'));
      expect(server.changes.map(({ body }) => body)).toEqual([{ grant: ['orders.read'] }, { revoke: ['orders.read'] }]);
      expect(await page.current().grant('no.such')).toMatchObject({ ok: false, error: { code: 'REQUEST_INVALID' } });
      await waitFor(() => expect(page.current()).toMatchObject({ isBusy: false, error: { status: 400 } }));

      // somebody else decides
      await waitFor(() => expect(page.current().connection).toBe('live'));
      server.permissions.current = { permissions: [], pending: [asked] };
      server.announce('plugin:granted');
      await waitFor(() => expect(page.current()).toMatchObject({ permissions: [], pending: [asked] }));
    });

    it('tells who goes when a plugin goes, and follows changes', async () => {
      const server = await startAdminStandIn();
      const edge = (from: string, to: string, optional = false) => ({ from, to, range: '^1', optional, problem: null });
      server.graph.current = {
        nodes: [],
        edges: [edge('b', 'a'), edge('c', 'b'), edge('a', 'c'), edge('d', 'a', true)],
        cycles: [['a', 'c', 'b', 'a']],
      };
      const page = renderHooks(server, () => ({ ...usePluginGraph(), connection: useConnection() }));
      await waitFor(() => expect(page.current()).toMatchObject({ status: 'ready', connection: 'live' }));
      expect(page.current().dependantsOf('a')).toEqual(['b', 'c']);
      expect(page.current().dependenciesOf('c')).toEqual(['b', 'a']);
      expect(page.current().dependenciesOf('d')).toEqual([]);
      expect(page.current().cycles).toHaveLength(1);
      server.graph.current = { nodes: [], edges: [edge('b', 'a')], cycles: [] };
      server.announce('plugin:state');
      await waitFor(() => expect(page.current().edges).toHaveLength(1));
    });

    it('says who stands in the way of a switch, and switches with cascade or consent', async () => {
      const server = await startAdminStandIn();
      const page = renderHooks(server, () => usePluginActions('shop'));
      server.refuseSwitch.current = { code: 'DEPENDANTS_ACTIVE', details: { dependants: [{ name: 'stats' }] } };
      const refused = await page.current().disable();
      expect(refused).toMatchObject({ ok: false, error: { details: { dependants: [{ name: 'stats' }] } } });
      expect(await page.current().disable({ cascade: true })).toEqual({ ok: true });
      server.refuseSwitch.current = { code: 'CONSENT_REQUIRED', details: { permissions: [] } };
      expect(await page.current().enable()).toMatchObject({ ok: false, error: { code: 'CONSENT_REQUIRED' } });
      expect(await page.current().enable({ grant: ['orders.read'] })).toEqual({ ok: true });
      expect(server.changes.map(({ body }) => body)).toEqual([
        { enabled: false },
        { enabled: false, cascade: true },
        { enabled: true },
        { enabled: true, grant: ['orders.read'] },
      ]);
      expect(!refused.ok && refused.error).toBeInstanceOf(PluginApiError);
    });

    it('gives the same results at the next render when nothing has changed, under StrictMode too', async () => {
      const server = await startAdminStandIn();
      const page = renderHooks(server, () => {
        const hooks = [usePluginConfig('shop'), usePluginPermissions('shop'), usePluginGraph()] as const;
        return hooks;
      });
      const ready = { status: 'ready' };
      await waitFor(() => expect(page.current()).toMatchObject([ready, ready, ready]));
      page.current()[0].set('title', 'Draft');
      await waitFor(() => expect(page.current()[0].changes).toEqual(['title']));
      const before = page.current();
      const rendersBefore = page.renders();
      page.renderAgain();
      expect(page.renders()).toBeGreaterThan(rendersBefore);
      page.current().forEach((result, index) => expect(Object.is(result, before[index]), `hook ${index}`).toBe(true));
    });

    it('renders on a server without asking anything', async () => {
      const server = await startAdminStandIn();
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
