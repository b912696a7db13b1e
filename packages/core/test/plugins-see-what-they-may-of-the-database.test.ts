import { describe, expect, it } from 'vitest';
import { guardsItself, type PluginHostOptions } from '../src/index.ts';
import { createTestHost, type TestHost } from '../src/testing/index.ts';
import { rejection } from './support/probe.ts';
import { plugin } from './support/plugins.ts';

type Method = (...args: unknown[]) => unknown;
type Database = Readonly<Record<string, Readonly<Record<string, Method>> & Method>>;

/** A host with a database of its own making and one plugin, and what the plugin has as `ctx.db`. */
async function setUp(
  permissions: readonly string[],
  options: Partial<PluginHostOptions>,
): Promise<AsyncDisposable & { test: TestHost; db: Database }> {
  const code = `export default { onLoad(ctx) { ctx.emit('database', { db: ctx.db }); } };`;
  const test = await createTestHost({
    ...options,
    plugins: { demo: plugin('demo', code, { permissions }) },
    start: false,
  });
  let db: Database = {};
  const stop = test.host.on('database', (data) => {
    ({ db } = data as { db: Database });
  });
  await test.host.start();
  stop();
  return { test, db, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

/** A repository as hosts without Prisma write it. */
class Servers {
  readonly #names = ['survival', 'creative'];
  readonly secret = 'kept from plugins';
  findMany(): string[] {
    return [...this.#names];
  }
  getByName(name: string): string | undefined {
    return this.#names.find((each) => each === name);
  }
  countAll(): number {
    return this.#names.length;
  }
  add(name: string): number {
    return this.#names.push(name);
  }
  finder(): string {
    return 'not a method that reads';
  }
  _connection(): string {
    return 'internal';
  }
}

const repositories = (): object => ({ servers: new Servers(), query: (text: string) => `ran ${text}`, version: '1' });

const denied = (permission: string): unknown =>
  expect.objectContaining({ code: 'PERMISSION_DENIED', status: 403, details: expect.objectContaining({ permission }) });

describe('a database that is an object of the host application', () => {
  it('keeps from a plugin that may do everything what was revoked, by whichever name', async () => {
    const asked = ['*', 'servers.read', 'server.write'];
    await using host = await setUp(asked, { db: repositories(), modelAliases: { server: 'servers' } });
    const { servers, server } = host.db;
    expect(server?.['countAll']?.()).toBe(2);
    await host.test.host.grants.change('demo', { revoke: ['servers.read'] });
    for (const model of [servers, server]) expect(() => model?.['countAll']?.()).toThrow(denied('servers.read'));
    expect(servers?.['add']?.('third')).toBe(3);
    await host.test.host.grants.change('demo', { revoke: ['server.write'] });
    for (const model of [servers, server]) expect(() => model?.['add']?.('x')).toThrow(denied('servers.write'));
    await host.test.expectNothingLeft();
  });

  it('lets a plugin call the methods that read when it may read', async () => {
    await using host = await setUp(['servers.read'], { db: repositories() });
    const { servers } = host.db;
    expect(servers?.['findMany']?.()).toEqual(['survival', 'creative']);
    expect(servers?.['getByName']?.('creative')).toBe('creative');
    expect(servers?.['countAll']?.()).toBe(2);
    for (const method of ['add', 'finder']) expect(() => servers?.[method]?.('x')).toThrow(denied('servers.write'));
    expect(servers?.['countAll']?.()).toBe(2);
    await host.test.expectNothingLeft();
  });

  it.each([['servers.write'], ['server.write'], ['servers.*'], ['*']])(
    'lets a plugin with %s write and read',
    async (permission) => {
      await using host = await setUp([permission], { db: repositories(), modelAliases: { server: 'servers' } });
      expect(host.db['servers']?.['add']?.('duel')).toBe(3);
      expect(host.db['server']?.['countAll']?.()).toBe(3);
      await host.test.expectNothingLeft();
    },
  );

  it('refuses a plugin without permission, and says which one it lacks and for what', async () => {
    await using host = await setUp(['tickets.read'], { db: repositories() });
    expect(() => host.db['servers']?.['findMany']?.()).toThrow(
      expect.objectContaining({
        code: 'PERMISSION_DENIED',
        message: 'Plugin "demo" lacks the permission "servers.read" for ctx.db.servers.findMany.',
        details: { permission: 'servers.read', operation: 'servers.findMany' },
      }),
    );
    expect(() => host.db['query']?.('SELECT 1')).toThrow(denied('db.raw'));
    await host.test.expectNothingLeft();
  });

  it('opens functions of its own with db.raw, and shows nothing that is neither a model nor a function', async () => {
    await using host = await setUp(['db.raw', 'servers.*'], { db: repositories() });
    expect(host.db['query']?.('SELECT 1')).toBe('ran SELECT 1');
    expect(() => host.db['version']).toThrow(expect.objectContaining({ code: 'DATABASE_MODEL_UNKNOWN' }));
    for (const member of ['secret', '_connection', 'constructor', '__proto__', 'toString']) {
      expect(host.db['servers']?.[member]).toBe(undefined);
    }
    expect(Reflect.set(host.db['servers'] as object, 'findMany', () => [])).toBe(false);
    await host.test.expectNothingLeft();
  });

  it('warns of a permission for a model that there is not, and names the one that was meant', async () => {
    await using host = await setUp(['server.read', 'servers.read', 'plugin.rpc', 'console.write'], {
      db: repositories(),
    });
    const warnings = host.test.logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual([
      'the permission "server.read" opens nothing: the host has no model "server"; did you mean "servers"?',
      'the permission "console.write" opens nothing: the host has no model "console"',
    ]);
    await host.test.expectNothingLeft();
  });

  it('that guards itself is given with all that it has', async () => {
    const db = { [guardsItself]: true, anything: { goes: 1 } };
    await using host = await setUp([], { db });
    expect((host.db as unknown as typeof db).anything).toBe(db.anything);
    await host.test.expectNothingLeft();
  });

  it('is refused with field lists and row filters, which need a Prisma client', async () => {
    const dbAccess = { servers: { hidden: ['name'] } };
    await using test = await createTestHost({ db: repositories(), dbAccess, start: false });
    expect(await rejection(test.host.start())).toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('dbAccess'),
    });
  });

  it('is refused with an alias of a model that it does not have', async () => {
    await using test = await createTestHost({ db: repositories(), modelAliases: { a: 'server' }, start: false });
    expect(await rejection(test.host.start())).toMatchObject({
      code: 'OPTIONS_INVALID',
      message: 'createPluginHost: modelAliases: there is no "server"; there are servers, query, version.',
    });
  });
});

describe('a Prisma client', () => {
  it('that does not tell its models is refused, not served without a check', async () => {
    const db = { $extends: () => ({}), $transaction: async () => [], server: { findMany: () => [] } };
    await using test = await createTestHost({ db, start: false });
    expect(await rejection(test.host.start())).toMatchObject({
      code: 'OPTIONS_INVALID',
      hint: expect.stringContaining('release of Prisma'),
    });
  });

  it('that does not carry its schema is guarded all the same, and refused where only the schema would tell', async () => {
    const called: unknown[] = [];
    const scalar = (name: string): object => ({ name, kind: 'scalar', type: 'String' });
    const relation = (name: string, type: string): object => ({ name, kind: 'object', type, relationName: 'x' });
    const db = {
      $extends: () => ({}),
      $transaction: async () => [],
      _runtimeDataModel: {
        models: {
          Server: { fields: [scalar('name'), relation('tickets', 'Ticket')] },
          Ticket: { fields: [scalar('title'), scalar('data'), relation('server', 'Server')] },
        },
      },
      server: {
        findMany: async (args: unknown) => void called.push(args),
        update: async (args: unknown) => void called.push(args),
      },
    };
    await using host = await setUp(['*'], { db, dbAccess: { ticket: { where: { title: 'open' } } } });
    const { server } = host.db;
    await server?.['findMany']?.({ where: { tickets: { some: { title: 'x' } } } });
    expect(called).toEqual([{ where: { tickets: { some: { title: 'x', AND: [{ title: 'open' }] } } } }]);
    const refused = expect.objectContaining({ code: 'DATABASE_QUERY_REFUSED' });
    expect(() => server?.['findMany']?.({ include: { tickets: true } })).toThrow(refused);
    const update = { where: { title: 'x' }, data: { server: { create: {} } } };
    expect(() => server?.['update']?.({ where: { name: 'x' }, data: { tickets: { update } } })).toThrow(refused);
    await host.test.expectNothingLeft();
  });
});
