import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SecretKeyFile } from '../src/discovery/secret-key-file.ts';
import { createPluginHost } from '../src/host.ts';
import type { JsonObject } from '../src/protocol/json.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createPluginsFolder, createTestHost, type TestHost, type TestHostOptions } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, rejection } from './support/probe.ts';

const word = { type: 'string', writeOnly: true };
const configSchema = {
  $defs: { login: { type: 'object', properties: { user: { type: 'string' }, pass: { $ref: '#/$defs/word' } } }, word },
  properties: {
    smtp: { $ref: '#/$defs/login' },
    servers: {
      type: 'array',
      items: { properties: { host: { type: 'string' }, key: { type: 'string', format: 'password' } } },
    },
  },
};
const config = { token: { type: 'password', default: 'factory' }, other: { type: 'string' }, plain: 'x' };
const code = `export default { onLoad(ctx) { ctx.db.kept[ctx.manifest.name] = ctx; }, onConfigChange() {} };`;

interface Context {
  getConfig(key?: string): unknown;
  setConfig(key: string, value: unknown): Promise<void>;
}

interface Vault extends TestHost {
  readonly ctx: Context;
  stored(plugin?: string): Promise<JsonObject>;
}

async function setUp(options: TestHostOptions = {}): Promise<Vault> {
  const db = createProbe();
  const members = { config, configSchema };
  const plugins = { demo: plugin('demo', code, members), twin: plugin('twin', code, members) };
  const test = await createTestHost({ db, env: {}, plugins, ...options });
  const stored = async (name = 'demo'): Promise<JsonObject> => (await test.stores.plugins.get(name))?.config ?? {};
  return Object.assign(test, { ctx: db.kept['demo'] as Context, stored });
}

const key = 'a key of more than 16 characters';
const another = 'another key of more than 16 characters';
const set = { $secret: 'set' };
const envelope = { $encrypted: expect.stringMatching(/^v1\.[0-9a-f]{16}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/) };

describe('secrets in the store', () => {
  it('are encrypted, at any depth, in the record and in its revisions; the plugin reads them in clear', async () => {
    await using test = await setUp({ secretKey: key });
    const patch = {
      token: 'canary-1',
      smtp: { user: 'ana', pass: 'canary-2' },
      servers: [{ host: 'a', key: 'canary-3' }, { host: 'b' }],
      plain: 'in clear',
    };
    await test.host.config.update('demo', patch);
    expect(await test.stored()).toEqual({
      token: envelope,
      smtp: { user: 'ana', pass: envelope },
      servers: [{ host: 'a', key: envelope }, { host: 'b' }],
      plain: 'in clear',
    });
    expect(JSON.stringify(await test.stores.plugins.configRevisions('demo', {}))).not.toContain('canary');
    expect(test.ctx.getConfig()).toEqual(patch);
    expect(test.host.config.state('demo').config).toEqual({
      token: set,
      smtp: { user: 'ana', pass: set },
      servers: [{ host: 'a', key: set }, { host: 'b' }],
      plain: 'in clear',
    });
  });

  it('are not the same twice, and not the defaults of the manifest either', async () => {
    await using test = await setUp({ secretKey: key });
    await test.host.config.update('demo', { token: 'same', smtp: { pass: 'same' } });
    const { token, smtp } = await test.stored();
    expect(token).not.toEqual((smtp as JsonObject)['pass']);
    expect(JSON.stringify(await test.stores.plugins.get('demo'))).not.toContain('factory');
  });

  it('are read by a later host with the same key, also when a new key encrypts from now on', async () => {
    await using test = await setUp({ secretKey: key });
    await test.host.config.update('demo', { token: 'one', smtp: { pass: 'two' } });
    const { folder, stores } = test;
    await test.host.stop();
    await using later = await setUp({ folder, stores, secretKey: [another, key] });
    expect([later.ctx.getConfig('token'), later.ctx.getConfig('smtp.pass')]).toEqual(['one', 'two']);
    await later.host.config.update('demo', { plain: 'y' });
    await later.host.stop();
    await using last = await setUp({ folder, stores, secretKey: another });
    expect([last.ctx.getConfig('token'), last.ctx.getConfig('smtp.pass')]).toEqual(['one', 'two']);
  });

  it('that were stored in clear by an earlier release are read, and encrypted at the next save', async () => {
    await using test = await setUp({ secretKey: key });
    const { folder, stores } = test;
    await stores.plugins.saveConfig('demo', { expectedRevision: 0, config: { token: 'clear' }, actor: 'old' }, []);
    await test.host.stop();
    await using later = await setUp({ folder, stores, secretKey: key });
    expect(later.ctx.getConfig('token')).toBe('clear');
    await later.ctx.setConfig('plain', 'y');
    expect(await later.stored()).toEqual({ token: envelope, plain: 'y' });
    expect(later.ctx.getConfig('token')).toBe('clear');
  });

  it('are worth nothing under another key or in another plugin', async () => {
    await using test = await setUp({ secretKey: key });
    const { folder, stores } = test;
    await test.host.config.update('demo', { token: 'mine', smtp: { pass: 'deep' } });
    const { token = null } = await test.stored();
    const moved = { expectedRevision: 0, config: { other: 'x', token }, actor: 'thief' };
    await stores.plugins.saveConfig('twin', moved, []);
    await stores.plugins.saveConfig('demo', { ...moved, expectedRevision: 1, config: { smtp: { pass: token } } }, []);
    await test.host.stop();
    await using later = await setUp({ folder, stores, secretKey: key });
    expect(later.host.summary('twin')?.warnings).toMatchObject([
      { code: 'SECRET_UNREADABLE', pointer: '/config/token' },
    ]);
    expect(later.ctx.getConfig('smtp')).toEqual({});
  });

  it('cannot be put there by sending a ciphertext', async () => {
    await using test = await setUp({ secretKey: key });
    await test.host.config.update('demo', { token: 'mine' });
    const { token = null } = await test.stored();
    for (const patch of [{ plain: token }, { smtp: { pass: token } }, { any: [token] }])
      expect(await rejection(test.host.config.update('demo', patch))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('secrets whose key is lost', () => {
  async function lost(): Promise<Vault & { former: JsonObject }> {
    const test = await setUp({ secretKey: key });
    const patch = { token: 'one', smtp: { user: 'ana', pass: 'two' }, plain: 'y' };
    await test.host.config.update('demo', patch);
    const former = await test.stored();
    await test.host.stop();
    const { folder, stores } = test;
    const later = await setUp({ folder, stores, secretKey: another });
    const dispose = async (): Promise<void> => {
      await later.host.stop();
      await test[Symbol.asyncDispose]();
    };
    return Object.assign(later, { former, [Symbol.asyncDispose]: dispose });
  }

  it('read as absent, without the default in their place, and the plugin has a warning for each', async () => {
    await using test = await lost();
    expect(test.ctx.getConfig()).toEqual({ smtp: { user: 'ana' }, plain: 'y' });
    expect(test.host.summary('demo')).toMatchObject({
      state: 'active',
      warnings: [
        { code: 'SECRET_UNREADABLE', pointer: '/config/token' },
        { code: 'SECRET_UNREADABLE', pointer: '/config/smtp/pass' },
      ],
    });
    expect(test.host.get('demo')?.warnings).toHaveLength(2);
  });

  it('stay stored while others are saved, by administrators and by the plugin, and come back with the key', async () => {
    await using test = await lost();
    await test.host.config.update('demo', { plain: 'z', token: set, smtp: { user: 'ben', pass: set } });
    await test.ctx.setConfig('smtp.user', 'cara');
    const { token, smtp } = test.former as { token: JsonObject; smtp: JsonObject };
    expect(await test.stored()).toEqual({ token, smtp: { user: 'cara', pass: smtp['pass'] }, plain: 'z' });
    await test.host.stop();
    await using later = await setUp({ folder: test.folder, stores: test.stores, secretKey: key });
    expect([later.ctx.getConfig('token'), later.ctx.getConfig('smtp.pass')]).toEqual(['one', 'two']);
    expect(later.host.summary('demo')?.warnings).toEqual([]);
  });

  it('are replaced and cleared like any other; then there is nothing to warn of', async () => {
    await using test = await lost();
    await test.host.config.update('demo', { token: 'new', smtp: { user: 'ana', pass: null } });
    expect(test.ctx.getConfig()).toEqual({ token: 'new', smtp: { user: 'ana' }, plain: 'y' });
    expect(test.host.summary('demo')?.warnings).toEqual([]);
  });
});

describe('the key', () => {
  it('is made when the first secret is saved, in a file for its owner alone, and used by later hosts', async () => {
    await using test = await setUp();
    const file = path.join(test.folder.directory, '.secret-key');
    await test.host.config.update('demo', { plain: 'no secret' });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    await test.host.config.update('demo', { token: 'one' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^[\w-]{43}\n$/);
    await test.host.stop();
    await using later = await setUp({ folder: test.folder, stores: test.stores });
    expect(later.ctx.getConfig('token')).toBe('one');
  });

  it('is one also when many processes make it at once', async () => {
    await using folder = await createPluginsFolder();
    const makers = Array.from({ length: 40 }, () => new SecretKeyFile(path.join(folder.directory, '.secret-key')));
    const keys = await Promise.all(makers.map((maker) => maker.first()));
    expect(new Set(keys).size).toBe(1);
    expect(await makers[0]?.read()).toEqual([keys[0]]);
  });

  it('leaves no drafts, also not those of a process that was killed while it made one', async () => {
    await using test = await setUp();
    const draft = `.secret-key.${randomUUID()}`;
    await writeFile(path.join(test.folder.directory, draft), 'half a k');
    await test.host.config.update('demo', { token: 'one' });
    const files = await readdir(test.folder.directory);
    expect(files.filter((file) => file.startsWith('.secret-key'))).toEqual(['.secret-key']);
  });

  it('that another host has made meanwhile is found when its secrets are read', async () => {
    await using test = await setUp();
    await using second = await setUp({ folder: test.folder, stores: test.stores });
    await test.host.config.update('demo', { token: 'one' });
    await second.host.config.update('demo', { plain: 'y' });
    expect(second.ctx.getConfig()).toEqual({ token: 'one', plain: 'y' });
  });

  it('comes from CATALYST_SECRET_KEY when it is there', async () => {
    await using test = await setUp({ env: { CATALYST_SECRET_KEY: key } });
    await test.host.config.update('demo', { token: 'one' });
    await expect(stat(path.join(test.folder.directory, '.secret-key'))).rejects.toMatchObject({ code: 'ENOENT' });
    await test.host.stop();
    await using later = await setUp({ folder: test.folder, stores: test.stores, secretKey: key });
    expect(later.ctx.getConfig('token')).toBe('one');
  });

  it('that is no key refuses secrets with SECRET_KEY_UNAVAILABLE, and nothing else', async () => {
    await using test = await setUp();
    await writeFile(path.join(test.folder.directory, '.secret-key'), 'short');
    expect(await rejection(test.host.config.update('demo', { token: 'one', plain: 'y' }))).toMatchObject({
      code: 'SECRET_KEY_UNAVAILABLE',
      message: expect.stringContaining('.secret-key'),
    });
    expect(await test.stored()).toEqual({});
    await test.host.config.update('demo', { plain: 'y' });
    expect(await test.stored()).toEqual({ plain: 'y' });
  });

  it.each<[object]>([
    [{ secretKey: 'too short' }],
    [{ secretKey: [] }],
    [{ secretKey: [key, 'short'] }],
    [{ env: { CATALYST_SECRET_KEY: 'short' } }],
  ])('is refused at once: %j', async (options) => {
    await using folder = await createPluginsFolder();
    const create = (): unknown =>
      createPluginHost({ pluginsDir: folder.directory, stores: createMemoryStores(), ...options });
    expect(create).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }));
  });
});

describe('secrets in lists', () => {
  it('stay with the item that looks the same, also when the list is sorted or made shorter', async () => {
    await using test = await setUp({ secretKey: key });
    const servers = [
      { host: 'a', key: 'key-a' },
      { host: 'b', key: 'key-b' },
      { host: 'c', key: 'key-c' },
    ];
    await test.host.config.update('demo', { servers });
    await test.host.config.update('demo', {
      servers: [
        { host: 'c', key: set },
        { host: 'a', key: set },
      ],
    });
    expect(test.ctx.getConfig('servers')).toEqual([servers[2], servers[0]]);
    await test.host.config.update('demo', {
      servers: [
        { host: 'renamed', key: set },
        { host: 'a', key: 'new-key' },
      ],
    });
    expect(test.ctx.getConfig('servers')).toEqual([
      { host: 'renamed', key: 'key-c' },
      { host: 'a', key: 'new-key' },
    ]);
  });

  it('are asked for again when it cannot be told which item they belong to', async () => {
    await using test = await setUp({ secretKey: key });
    await test.host.config.update('demo', { servers: [{ host: 'a', key: 'key-a' }] });
    const servers = [
      { host: 'x', key: set },
      { host: 'y', key: set },
    ];
    expect(await rejection(test.host.config.update('demo', { servers }))).toMatchObject({
      code: 'CONFIG_INVALID',
      issues: [{ pointer: '/servers/0' }, { pointer: '/servers/1' }],
    });
  });
});
