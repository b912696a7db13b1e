import { describe, expect, it } from 'vitest';
import type { PluginStores } from '../src/plugin-stores.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createTestHost, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { answering } from './support/plugins.ts';
import { eventually, rejection } from './support/probe.ts';

const asking = (word: string, permissions: readonly string[], members: object = {}): PluginFiles =>
  answering('demo', word, { permissions, ...members });

const version = ({ http }: TestHost): Promise<unknown> => http.request('demo', 'GET', '/version');
const granted = async ({ host }: TestHost): Promise<unknown> =>
  (await host.audit({ type: 'plugin:granted' })).map(({ actor, data }) => [actor, data['permissions']]);
const storedGrants = async (stores: PluginStores): Promise<unknown> => (await stores.plugins.get('demo'))?.grants;

describe('a plugin that is seen for the first time', () => {
  it('is granted what it asks for, since somebody put it there, and that is written down', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['users.read', 'net']) } });
    expect(test.host.summary('demo')?.state).toBe('active');
    expect(await storedGrants(test.stores)).toEqual({ 'users.read': true, net: true });
    expect(await granted(test)).toEqual([['system', ['users.read', 'net']]]);
    expect(test.host.grants.describe('demo')).toEqual({
      permissions: [
        { permission: 'users.read', description: null, state: 'granted' },
        { permission: 'net', description: null, state: 'granted' },
      ],
      pending: [],
    });
  });

  it('waits for consent where the host asks always, and comes up by itself when that is given', async () => {
    await using test = await createTestHost({
      consent: 'always',
      plugins: {
        demo: asking('old', ['users.read', 'net'], { permissionDescriptions: { net: 'Asks the weather service.' } }),
        modest: answering('modest', 'fine'),
      },
    });
    expect(test.host.summary('modest')?.state).toBe('active');
    expect(test.host.summary('demo')).toMatchObject({
      state: 'blocked',
      enabled: true,
      reason: { code: 'CONSENT_REQUIRED', message: expect.stringContaining('"users.read", "net"') },
    });
    const pending = [
      { permission: 'users.read', description: null, state: 'pending' },
      { permission: 'net', description: 'Asks the weather service.', state: 'pending' },
    ];
    expect(test.host.grants.describe('demo')).toEqual({ permissions: pending, pending });
    await test.host.grants.change('demo', { grant: ['users.read'] }, { actor: 'ana' });
    expect(await rejection(test.host.enable('demo'))).toMatchObject({
      code: 'CONSENT_REQUIRED',
      status: 409,
      details: { permissions: [{ permission: 'net', description: 'Asks the weather service.' }] },
    });
    // a refusal is a decision too
    await test.host.grants.change('demo', { revoke: ['net'] }, { actor: 'ana' });
    await eventually(async () => expect(await version(test)).toBe('old'));
    expect(await storedGrants(test.stores)).toEqual({ 'users.read': true, net: false });
    expect(await granted(test)).toEqual([['ana', ['users.read']]]);
    await test.expectNothingLeft();
  });

  it('needs consent at its first enable where new plugins stay disabled; enable can give it', async () => {
    await using test = await createTestHost({ enableNewPlugins: false, plugins: { demo: asking('old', ['a', 'b']) } });
    expect(await rejection(test.host.enable('demo', { grant: ['a'] }))).toMatchObject({
      code: 'CONSENT_REQUIRED',
      details: { permissions: [{ permission: 'b', description: null }] },
    });
    expect(await storedGrants(test.stores)).toEqual({ a: true });
    await test.host.enable('demo', { grant: 'all', actor: 'ana' });
    expect(await version(test)).toBe('old');
    expect(await storedGrants(test.stores)).toEqual({ a: true, b: true });
    expect(await granted(test)).toEqual([
      ['ana', ['b']],
      ['host', ['a']],
    ]);
  });

  it('needs none where the host never asks', async () => {
    await using test = await createTestHost({
      consent: 'never',
      enableNewPlugins: false,
      plugins: { demo: asking('old', ['a']) },
    });
    await test.host.enable('demo');
    await test.folder.write('demo', asking('new', ['a', 'b']));
    await test.host.reload('demo');
    expect(await version(test)).toBe('new');
    expect(test.host.grants.describe('demo').permissions).toMatchObject([{ state: 'granted' }, { state: 'granted' }]);
    await test.host.grants.change('demo', { revoke: ['b'] });
    expect(test.host.grants.describe('demo').permissions).toMatchObject([{ state: 'granted' }, { state: 'revoked' }]);
  });
});

describe('a release that asks for more', () => {
  it('does not replace the one that runs before somebody has agreed; then it does by itself', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['a']) } });
    await test.folder.write('demo', asking('new', ['a', 'b']));
    expect(await rejection(test.host.reload('demo'))).toMatchObject({
      code: 'CONSENT_REQUIRED',
      details: { permissions: [{ permission: 'b', description: null }] },
    });
    expect(await version(test)).toBe('old');
    expect(test.host.summary('demo')).toMatchObject({
      state: 'active',
      lastFailure: { code: 'CONSENT_REQUIRED', during: 'reload' },
    });
    expect(test.host.grants.describe('demo')).toEqual({
      permissions: [{ permission: 'a', description: null, state: 'granted' }],
      pending: [{ permission: 'b', description: null, state: 'pending' }],
    });
    expect(await test.host.audit({ type: 'plugin:reload-failed' })).toMatchObject([
      { data: { code: 'CONSENT_REQUIRED' } },
    ]);
    await test.host.grants.change('demo', { grant: ['b'] }, { actor: 'ana' });
    await eventually(async () => expect(await version(test)).toBe('new'));
    await eventually(() => expect(test.host.summary('demo')).toMatchObject({ lastFailure: null, generation: 2 }));
    expect(test.host.grants.describe('demo').pending).toEqual([]);
    await test.expectNothingLeft();
  });

  it('replaces it at once when the reload gives consent; without more to ask for none is needed', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['a', 'b']) } });
    await test.folder.write('demo', asking('less', ['a']));
    await test.host.reload('demo');
    await test.folder.write('demo', asking('again', ['b']));
    await test.host.reload('demo');
    await test.folder.write('demo', asking('more', ['a', 'c', 'd']));
    await test.host.reload('demo', { grant: ['c', 'd'] });
    expect(await version(test)).toBe('more');
    await test.host.rollback('demo');
    expect(await version(test)).toBe('again');
    await test.expectNothingLeft();
  });

  it('is gone back to with consent, where it ran before anybody was asked', async () => {
    const stores = createMemoryStores();
    await using test = await createTestHost({
      stores,
      releases: {},
      consent: 'never',
      plugins: { demo: asking('a', []) },
    });
    await test.folder.write('demo', asking('b', ['net']));
    await test.host.reload('demo');
    await test.folder.write('demo', asking('c', []));
    await test.host.reload('demo');
    await eventually(() => expect(test.host.get('demo')?.releases).toHaveLength(3));
    await test.host.stop();
    await using second = await createTestHost({ stores, releases: {}, folder: test.folder });
    expect(await rejection(second.host.rollback('demo'))).toMatchObject({ code: 'CONSENT_REQUIRED' });
    expect(await version(second)).toBe('c');
    await second.host.rollback('demo', { grant: ['net'] });
    expect(await version(second)).toBe('b');
    await second.expectNothingLeft();
  });

  it('is not taken over after a rollback, although consent comes', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('first', []) } });
    await test.folder.write('demo', asking('second', []));
    await test.host.reload('demo');
    await test.folder.write('demo', asking('third', ['a']));
    await rejection(test.host.reload('demo'));
    await test.host.rollback('demo');
    await test.host.grants.change('demo', { grant: ['a'] });
    expect(await version(test)).toBe('first');
    await test.host.reload('demo');
    expect(await version(test)).toBe('third');
  });

  it('waits at a start too, while the release that ran before serves', async () => {
    const stores = createMemoryStores();
    await using test = await createTestHost({ stores, releases: {}, plugins: { demo: asking('old', ['a']) } });
    await test.host.stop();
    await test.folder.write('demo', asking('new', ['a', 'b']));
    await using second = await createTestHost({ stores, releases: {}, folder: test.folder });
    expect(await version(second)).toBe('old');
    expect(second.host.summary('demo')).toMatchObject({ state: 'active', lastFailure: { code: 'CONSENT_REQUIRED' } });
    await second.host.grants.change('demo', { grant: ['b'] });
    await eventually(async () => expect(await version(second)).toBe('new'));
    await second.expectNothingLeft();
  });

  it('is blocked at a start when no earlier one was kept, also after one more restart', async () => {
    const stores = createMemoryStores();
    await using test = await createTestHost({ stores, plugins: { demo: asking('old', ['a']) } });
    await test.host.stop();
    await test.folder.write('demo', asking('new', ['a', 'b']));
    for (let restart = 0; restart < 2; restart += 1) {
      await using again = await createTestHost({ stores, folder: test.folder });
      expect(again.host.summary('demo')).toMatchObject({ state: 'blocked', reason: { code: 'CONSENT_REQUIRED' } });
    }
    await using last = await createTestHost({ stores, folder: test.folder });
    await last.host.enable('demo', { grant: 'all' });
    expect(await version(last)).toBe('new');
  });
});

describe('a decision', () => {
  it('can be changed while the plugin runs, and takes it neither off nor asks again', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['a', 'b']) } });
    await test.host.grants.change('demo', { revoke: ['a'] }, { actor: 'ana' });
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 1 });
    expect(await test.host.audit({ type: 'plugin:revoked' })).toMatchObject([
      { plugin: 'demo', actor: 'ana', data: { permissions: ['a'] } },
    ]);
    await test.host.reload('demo');
    await test.host.reload('demo', { grant: 'all' });
    expect(test.host.grants.describe('demo').permissions).toMatchObject([{ state: 'revoked' }, { state: 'granted' }]);
    await test.host.grants.change('demo', { grant: ['a'], revoke: ['b'] });
    expect(await storedGrants(test.stores)).toEqual({ a: true, b: false });
  });

  it('is about permissions that the plugin asks for, and changes nothing else', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['a']) } });
    for (const attempt of [
      () => test.host.grants.change('demo', { revoke: ['a'], grant: ['z'] }),
      () => test.host.enable('demo', { grant: ['__proto__'] }),
      () => test.host.reload('demo', { grant: ['constructor'] }),
    ])
      expect(await rejection(attempt())).toMatchObject({ code: 'GRANT_UNKNOWN', status: 422 });
    expect(await rejection(test.host.grants.change('nobody', {}))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    expect(await storedGrants(test.stores)).toEqual({ a: true });
    expect(test.host.summary('demo')).toMatchObject({ state: 'active', generation: 1, lastFailure: null });
  });

  it('that cannot be stored did not happen', async () => {
    await using test = await createTestHost({ plugins: { demo: asking('old', ['a']) } });
    const update = test.stores.plugins.update.bind(test.stores.plugins);
    test.stores.plugins.update = () => Promise.reject(new Error('down'));
    expect(await rejection(test.host.grants.change('demo', { revoke: ['a'] }))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    expect(test.host.grants.describe('demo').permissions).toMatchObject([{ state: 'granted' }]);
    test.stores.plugins.update = update;
  });

  it('and another one at the same time are both kept', async () => {
    const permissions = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await using test = await createTestHost({ plugins: { demo: asking('old', permissions) } });
    await Promise.all(permissions.map((permission) => test.host.grants.change('demo', { revoke: [permission] })));
    expect(await storedGrants(test.stores)).toEqual(Object.fromEntries(permissions.map((name) => [name, false])));
  });
});

it('a host refuses a rule of consent that there is not', async () => {
  await expect(createTestHost({ consent: 'sometimes' as never })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
});
