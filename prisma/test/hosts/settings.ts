import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../support/each-store.ts';
import { folderOf, type PluginServer, remotePlugin, servePlugins, unique } from '../support/serve-plugins.ts';

const config = {
  greeting: { type: 'string', default: 'hello', max: 20, label: 'Greeting' },
  size: { type: 'integer', default: 1, min: 1, max: 100 },
  token: { type: 'password', default: 'planted-default' },
  'ui.theme': 'dark',
  smtp: { host: 'localhost', port: 25 },
};
const configSchema = {
  properties: {
    servers: {
      type: 'array',
      items: { type: 'object', properties: { host: { type: 'string' }, key: { type: 'string', format: 'password' } } },
    },
  },
};
const hot = `onConfigChange(ctx, { keys }) { ctx.logger.info({ keys }, 'settings are new'); },
  validateConfig(ctx, { size, token }) {
    if (size === 13) return { errors: [{ key: 'size', message: '13 is refused with ' + token }] };
    return { messages: ['all is well'] };
  },`;
const secretKey = 'a key of more than 16 characters';
const set = { $secret: 'set' };

/** Settings of plugins, as administrators and plugins have them. */
export function describeSettings(store: () => StoreUnderTest): void {
  async function start(hooks = hot): Promise<{
    name: string;
    server: PluginServer;
    restart(env?: Record<string, string>): Promise<PluginServer>;
    [Symbol.asyncDispose](): Promise<void>;
  }> {
    const name = unique('panel');
    const folder = await folderOf([name, remotePlugin(name, { config, configSchema }, hooks)]);
    const { stores } = store();
    const first = await servePlugins(folder, { stores, secretKey });
    const servers = [first];
    return {
      name,
      server: first,
      async restart(env = {}) {
        await servers.at(-1)?.stop();
        const server = await servePlugins(folder, { stores, secretKey, env });
        servers.push(server);
        return server;
      },
      async [Symbol.asyncDispose]() {
        await servers.at(-1)?.stop();
        await folder[Symbol.asyncDispose]();
      },
    };
  }

  describe('settings', () => {
    it('come with a JSON Schema, defaults and what is stored, and are so again after a restart', async () => {
      await using test = await start();
      const { name, server } = test;
      const first = await server.admin('GET', `/-/${name}/config`);
      expect([first.status, first.etag]).toEqual([200, '"0"']);
      expect(first.body.data).toMatchObject({
        revision: 0,
        config: { greeting: 'hello', size: 1, token: set, 'ui.theme': 'dark', smtp: { host: 'localhost', port: 25 } },
        stored: [],
        fields: { greeting: { label: 'Greeting' } },
        schema: {
          type: 'object',
          properties: { greeting: { type: 'string', maxLength: 20 }, size: { minimum: 1 }, token: { writeOnly: true } },
        },
        locked: [],
        effect: 'hot',
        canTest: true,
      });
      await server.admin('PUT', `/${name}/config`, { config: { greeting: 'hi', smtp: { host: 'mail' } } });
      const saved = await server.admin('GET', `/-/${name}/config`);
      expect(saved.body.data).toMatchObject({ revision: 1, config: { greeting: 'hi', size: 1 } });
      const later = await test.restart();
      expect(await later.admin('GET', `/-/${name}/config`)).toEqual(saved);
      expect(await later.run(name, 'getConfig', 'greeting')).toBe('hi');
    });

    it('that do not fit are refused with a pointer to each, and nothing is saved', async () => {
      await using test = await start();
      const { name, server } = test;
      const wrong = { greeting: 'x'.repeat(21), size: 'many', servers: [{ host: 'a' }, { host: 7 }] };
      const refused = await server.admin('PUT', `/${name}/config`, { config: { ...wrong, 'ui.theme': 'light' } });
      expect([refused.status, refused.body.code]).toEqual([422, 'CONFIG_INVALID']);
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
        '/greeting',
        '/servers/1/host',
        '/size',
      ]);
      await expect(server.run(name, 'setConfig', 'size', 0)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      expect((await server.admin('GET', `/-/${name}/config`)).body.data).toMatchObject({ revision: 0, stored: [] });
    });

    it('have secrets that are encrypted in every row, and shown in no answer, event, audit entry or log line', async () => {
      await using test = await start();
      const { name, server } = test;
      const told: unknown[] = [];
      const stop = server.host.events.subscribe((event) => told.push(event));
      const put = async (values: object, ifMatch?: string): Promise<unknown> =>
        told.push(await server.admin('PUT', `/${name}/config`, { config: values }, ifMatch));
      const servers = [{ host: 'a', key: 'planted-key' }];
      await put({ token: 'planted-1', servers });
      await put({ token: 'planted-2' });
      await put({ token: 'planted-stale', size: 2 }, '"1"');
      await put({ token: 'planted-refused', size: 13 });
      await put({ token: ['planted-list'], servers: [{ key: 7 }, 'planted-item'] });
      told.push(await server.admin('POST', `/-/${name}/config/test`, { config: { token: 'planted-tried', size: 13 } }));
      told.push(await server.admin('POST', `/-/${name}/config/restore`, { revision: 1 }));
      expect(await server.run(name, 'getConfig', 'token')).toBe('planted-1');
      for (const path of [`/${name}`, `/-/${name}/config`, `/-/${name}/config/revisions`])
        told.push(await server.admin('GET', path));
      told.push(await server.admin('GET', ''), await server.admin('GET', `/audit?plugin=${name}&limit=1000`));
      const rows = await store().rowsOf(name);
      expect(rows.match(/\$encrypted/g)?.length).toBeGreaterThanOrEqual(6);
      const seen = inspect([told, server.logger.lines], { depth: Infinity, maxArrayLength: null }) + rows;
      for (const word of ['CONFIG_CONFLICT', 'CONFIG_INVALID', '13 is refused with', 'settings are new'])
        expect(seen).toContain(word);
      expect(seen.match(/.{0,80}planted.{0,20}/g)).toBeNull();
      stop();
      const later = await test.restart();
      expect(await later.run(name, 'getConfig', 'token')).toBe('planted-1');
      expect(await later.run(name, 'getConfig', 'servers')).toEqual(servers);
    });

    it('are reached by dotted keys, also those whose own name has a dot', async () => {
      await using test = await start();
      const { name, server } = test;
      await server.run(name, 'setConfig', 'smtp.host', 'mail');
      await server.run(name, 'setConfig', 'ui.theme', 'light');
      await server.admin('PUT', `/${name}/config`, { config: { size: 5 } });
      const later = await test.restart();
      expect(await later.run(name, 'getConfig', 'smtp')).toEqual({ host: 'mail', port: 25 });
      expect(await later.run(name, 'getConfig', 'smtp.host')).toBe('mail');
      expect(await later.run(name, 'getConfig', 'ui.theme')).toBe('light');
      const { config: shown, revision } = (await later.admin('GET', `/-/${name}/config`)).body.data;
      expect([shown['ui.theme'], shown.ui, shown.smtp.host, revision]).toEqual(['light', undefined, 'mail', 3]);
    });

    it('of one revision are saved by one of many administrators; the others get 409 with both sides', async () => {
      await using test = await start();
      const { name, server } = test;
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          server.admin('PUT', `/${name}/config`, { config: { greeting: `by ${index}`, token: `t${index}` } }, '"0"'),
        ),
      );
      const [winner, ...others] = answers.filter(({ status }) => status === 200);
      expect(others).toEqual([]);
      const theirs = winner?.body.data.config.greeting;
      for (const [index, { status, body }] of answers.entries()) {
        if (status === 200) continue;
        expect([status, body.code]).toEqual([409, 'CONFIG_CONFLICT']);
        expect(body.details).toEqual({
          expected: 0,
          actual: 1,
          keys: [
            { key: 'greeting', before: 'hello', theirs, yours: `by ${index}` },
            { key: 'token', before: set, theirs: set, yours: set },
          ],
        });
      }
      expect(await server.run(name, 'getConfig', 'greeting')).toBe(theirs);
    });

    it('that many administrators and the plugin save at once are all kept, each as a revision of its own', async () => {
      await using test = await start();
      const { name, server } = test;
      const keys = Array.from({ length: 12 }, (_, index) => `k${index}`);
      await Promise.all(
        keys.map((key, index) =>
          index % 3 === 0
            ? server.run(name, 'setConfig', key, index)
            : server.admin('PUT', `/${name}/config`, { config: { [key]: index } }),
        ),
      );
      const later = await test.restart();
      expect(await later.run(name, 'getConfig')).toMatchObject(
        Object.fromEntries(keys.map((key, index) => [key, index])),
      );
      const revisions = (await later.admin('GET', `/-/${name}/config/revisions`)).body.data;
      expect(revisions.map(({ revision }: { revision: number }) => revision)).toEqual(
        keys.map((_, index) => 12 - index),
      );
      const saved = revisions.flatMap(({ keys: changed }: { keys: string[] }) => changed);
      expect(saved.toSorted()).toEqual(keys.toSorted());
    });

    it('have a history over restarts, in pages, and are restored from it', async () => {
      await using test = await start();
      const { name, server } = test;
      for (const size of [2, 3, 4]) await server.admin('PUT', `/${name}/config`, { config: { size } });
      const later = await test.restart();
      const page = await later.admin('GET', `/-/${name}/config/revisions?before=3&limit=1`);
      expect(page.body.data).toEqual([
        { revision: 2, actor: 'ana', savedAt: expect.any(String), keys: ['size'], config: { size: 3 } },
      ]);
      expect((await later.admin('POST', `/-/${name}/config/restore`, { revision: 1 }, '"2"')).status).toBe(409);
      const restored = await later.admin('POST', `/-/${name}/config/restore`, { revision: 1 }, '"3"');
      expect([restored.status, restored.etag]).toEqual([200, '"4"']);
      expect(await later.run(name, 'getConfig', 'size')).toBe(2);
      expect((await later.admin('POST', `/-/${name}/config/restore`, { revision: 0 })).status).toBe(200);
      expect((await later.admin('POST', `/-/${name}/config/restore`, { revision: 99 })).status).toBe(404);
      const last = await test.restart();
      expect(await last.run(name, 'getConfig', 'size')).toBe(1);
      expect((await last.admin('GET', `/-/${name}/config/revisions`)).body.data).toHaveLength(5);
    });

    it('are told to a plugin with onConfigChange; one without is reloaded, or keeps its former ones', async () => {
      await using changed = await start();
      await changed.server.admin('PUT', `/${changed.name}/config`, { config: { size: 5 } });
      expect(changed.server.host.summary(changed.name)?.generation).toBe(1);
      const heard = (): unknown => changed.server.logger.lines.find(({ message }) => message === 'settings are new');
      await expect.poll(() => heard()).toMatchObject({ details: { keys: ['size'] } });
      await using test = await start(
        `onEnable(ctx) { if (ctx.getConfig('size') === 13) throw new Error('bad luck'); },`,
      );
      const { name, server } = test;
      await server.admin('PUT', `/${name}/config`, { config: { size: 5 } });
      expect(server.host.summary(name)?.generation).toBe(2);
      const failed = await server.admin('PUT', `/${name}/config`, { config: { size: 13, greeting: 'hi' } });
      expect(failed.body.detail).toContain('bad luck');
      expect(await server.run(name, 'getConfig', 'size')).toBe(5);
      const later = await test.restart();
      expect((await later.admin('GET', `/-/${name}/config`)).body.data).toMatchObject({
        revision: 3,
        config: { size: 5, greeting: 'hello' },
      });
      expect(later.host.summary(name)?.state).toBe('active');
    });

    it('that the environment decides are locked, never stored, and what was stored before comes back', async () => {
      await using test = await start();
      const { name, server } = test;
      await server.admin('PUT', `/${name}/config`, { config: { size: 5 } });
      const prefix = `CATALYST_CONFIG__${name.toUpperCase().replaceAll('-', '_')}__`;
      const locked = await test.restart({ [`${prefix}SIZE`]: '7', [`${prefix}TOKEN`]: 'planted-variable' });
      expect(await locked.run(name, 'getConfig', 'size')).toBe(7);
      expect(await locked.run(name, 'getConfig', 'token')).toBe('planted-variable');
      expect((await locked.admin('GET', `/-/${name}/config`)).body.data).toMatchObject({
        config: { size: 7, token: set },
        locked: [
          { key: 'size', variable: `${prefix}SIZE` },
          { key: 'token', variable: `${prefix}TOKEN` },
        ],
      });
      expect(await locked.admin('PUT', `/${name}/config`, { config: { size: 8 } })).toMatchObject({
        status: 409,
        body: { code: 'CONFIG_LOCKED', errors: [{ pointer: '/size' }] },
      });
      expect((await locked.admin('PUT', `/${name}/config`, { config: { greeting: 'hi' } })).status).toBe(200);
      expect(await store().rowsOf(name)).not.toContain('planted');
      const free = await test.restart();
      expect(await free.run(name, 'getConfig')).toMatchObject({ size: 5, greeting: 'hi', token: 'planted-default' });
    });

    it('are tried on the plugin without being saved, and it may refuse a save', async () => {
      await using test = await start();
      const { name, server } = test;
      const tried = async (values: object): Promise<unknown> =>
        (await server.admin('POST', `/-/${name}/config/test`, { config: values })).body.data;
      expect(await tried({ size: 5 })).toEqual({ ok: true, errors: [], messages: ['all is well'] });
      expect(await tried({ size: 13 })).toMatchObject({ ok: false, errors: [{ pointer: '/size' }] });
      const refused = await server.admin('PUT', `/${name}/config`, { config: { size: 13 } });
      expect([refused.status, refused.body.code]).toEqual([422, 'CONFIG_INVALID']);
      expect((await server.admin('GET', `/-/${name}/config`)).etag).toBe('"0"');
    });
  });
}
