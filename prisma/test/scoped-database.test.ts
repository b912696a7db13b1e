import { inspect } from 'node:util';
import type { TestHost } from '@catalyst-plugins/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database.ts';
import { attacks, escapes, writingAttacks } from './support/attacks.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';
import {
  generatePanel,
  openPanel,
  type PanelClient,
  type PanelMethods,
  type PanelModule,
  resetPanel,
} from './support/panel.ts';
import { openPluginDatabases, type PluginDatabase } from './support/panel-plugins.ts';

const permissions = {
  nobody: [],
  reader: ['server.read'],
  writer: ['server.write'],
  desk: ['server.read', 'ticket.read', 'ticket.write', 'comment.*'],
  raw: ['server.read', 'db.raw'],
  everything: ['*'],
};
type Name = keyof typeof permissions;

/** What came of a call, whether it threw at once or later. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    return error;
  }
}

const denied = (permission: string): unknown =>
  expect.objectContaining({ code: 'PERMISSION_DENIED', message: expect.stringContaining(`"${permission}"`) });
const refused: unknown = expect.objectContaining({ code: 'DATABASE_QUERY_REFUSED' });

let panel: PanelModule;
beforeAll(async () => {
  panel = await generatePanel('panel-client');
});

function describeScopedDatabase(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: the database that a plugin has`, () => {
    let opened: Disposable<Database>;
    let client: PanelClient & PanelMethods;
    let test: TestHost;
    let db: Record<Name, PluginDatabase>;

    beforeAll(async () => {
      opened = await open();
      client = await openPanel(opened.value.pool, panel);
    });
    afterAll(() => opened?.dispose());
    beforeEach(async () => {
      await resetPanel(opened.value.pool);
      ({ test, db } = await openPluginDatabases(permissions, { db: client, modelAliases: { servers: 'server' } }));
    });
    afterEach(async () => {
      await test.expectNothingLeft();
      await test[Symbol.asyncDispose]();
    });

    const everyRow = async (): Promise<unknown> =>
      Promise.all(
        (['user', 'server', 'ticket', 'comment'] as const).map((model) =>
          client[model].findMany({ orderBy: { id: 'asc' } }),
        ),
      );

    it.each(attacks)('refuses %s without %s', async (_what, permission, attack) => {
      const before = await everyRow();
      expect(await outcome(() => attack(db.reader))).toEqual(denied(permission));
      expect(await everyRow()).toEqual(before);
    });

    it.each(writingAttacks)('refuses to write through a relation: %s without %s', async (_what, permission, attack) => {
      const before = await everyRow();
      expect(await outcome(() => attack(db.desk))).toEqual(denied(permission));
      expect(await everyRow()).toEqual(before);
    });

    it.each(escapes)('refuses %s, whatever the permissions', async (_what, attack) => {
      expect(await outcome(() => attack(db.everything))).toEqual(refused);
    });

    it('lets a plugin read what it may read', async () => {
      const { server } = db.reader;
      expect(await server.findMany({ select: { name: true }, orderBy: { name: 'desc' }, take: 1 })).toEqual([
        { name: 'survival' },
      ]);
      expect(await server.count()).toBe(2);
      expect(
        await server.findUniqueOrThrow({ where: { name_ownerId: { name: 'creative', ownerId: 2 } } }),
      ).toMatchObject({ id: 2 });
      expect(await server.aggregate({ _max: { id: true } })).toEqual({ _max: { id: 2 } });
      expect(
        await server.groupBy({ by: ['game'], _count: { _all: true }, orderBy: { _count: { game: 'asc' } } }),
      ).toEqual([{ game: 'chess', _count: { _all: 2 } }]);
      expect(await server.findMany({ cursor: { id: 2 }, distinct: ['name'], omit: { since: true } })).toHaveLength(1);
    });

    it('gives a plugin that may write the rows that it wrote', async () => {
      const { servers } = db.writer;
      expect(await servers.update({ where: { id: 1 }, data: { name: 'duel' } })).toMatchObject({ name: 'duel' });
      expect(await servers.findFirst({ where: { name: 'duel' } })).toMatchObject({ id: 1 });
    });

    it('lets writes through relations pass that are permitted', async () => {
      const comments = { create: [{ text: 'a' }, { text: 'b' }], createMany: { data: [{ text: 'c' }] } };
      const made = await db.desk.ticket.create({
        data: { title: 'new', serverId: 1, comments },
        include: { comments: true, _count: true },
      });
      expect(made).toMatchObject({ title: 'new', _count: { comments: 3 } });
      const { id } = made as { id: number };
      const changed = await db.desk.ticket.update({
        where: { id },
        data: { comments: { updateMany: { where: { text: 'a' }, data: { text: 'z' } }, deleteMany: { text: 'b' } } },
        select: { comments: { select: { text: true }, orderBy: { text: 'asc' } } },
      });
      expect(changed).toEqual({ comments: [{ text: 'c' }, { text: 'z' }] });
    });

    it('takes JSON whose keys look like relations for JSON', async () => {
      const settings = { owner: { connect: { id: 2 } }, tickets: [{ comments: true }], $type: 'mine', toJSON: 'text' };
      expect(await db.writer.server.update({ where: { id: 1 }, data: { settings } })).toMatchObject({
        settings,
      });
      expect(
        await db.reader.server.count({
          where: { settings: { path: ['owner', 'connect', 'id'], equals: 2 } },
        }),
      ).toBe(1);
    });

    it('keeps dates, decimals, bytes and nulls of JSON what they are', async () => {
      const { DbNull, JsonNull, Decimal } = panel.Prisma;
      const since = new Date('2020-01-02T03:04:05Z');
      const data = { since, price: new Decimal('1.25'), icon: new Uint8Array([1, 2]), settings: JsonNull };
      const row = await db.writer.server.update({ where: { id: 1 }, data });
      expect(row).toMatchObject({ since, settings: null, icon: new Uint8Array([1, 2]) });
      expect(String((row as { price: unknown }).price)).toBe('1.25');
      expect(await db.reader.server.count({ where: { settings: { equals: DbNull } } })).toBe(1);
      expect(await db.reader.server.count({ where: { since: { lte: since } } })).toBe(1);
    });

    it('checks further calls on a query as it checks an include', async () => {
      const query = db.desk.ticket.findUnique({ where: { id: 1 } });
      expect(await query.comments({ select: { text: true } })).toEqual([{ text: 'me too' }]);
      expect(await query.server()).toMatchObject({ name: 'survival' });
      expect(await outcome(() => query.server().owner())).toEqual(denied('user.read'));
    });

    it('names the models and aliases when it is asked for one that there is not', async () => {
      const asked = await outcome(() => Reflect.get(db.reader, 'serverz'));
      expect(asked).toMatchObject({ code: 'DATABASE_MODEL_UNKNOWN' });
      expect(String(asked)).toMatch(/Did you mean "servers?"\? There are: .*ticket.*servers/);
    });

    it('can be awaited, listed and printed, and leads nowhere else', async () => {
      const { reader } = db;
      expect(await Promise.resolve(reader)).toBe(reader);
      expect(Object.getPrototypeOf(reader)).toBe(null);
      expect(Object.getPrototypeOf(reader.server)).toBe(null);
      for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
        expect(Reflect.get(reader, name)).toBe(undefined);
        expect(Reflect.get(reader.server, name)).toBe(undefined);
      }
      expect(Reflect.get(reader.server, '$parent')).toBe(undefined);
      expect(Reflect.get(reader.server, 'fields')).toBe(undefined);
      expect(Reflect.ownKeys(reader)).toEqual(expect.arrayContaining(['server', 'servers', 'ticket']));
      expect(Object.getOwnPropertyDescriptor(reader, 'server')?.value).toBe(reader.server);
      expect(Reflect.get(reader, Symbol.iterator)).toBe(undefined);
      expect('ticket' in reader).toBe(true);
      expect(inspect(reader, { showProxy: true, depth: 5 })).not.toContain('_engine');
    });

    it('cannot be changed, nor can its models and queries', () => {
      const query = db.reader.server.count() as object;
      for (const target of [db.reader, db.reader.server, query]) {
        expect(Reflect.set(target, 'findMany', () => [])).toBe(false);
        expect(Reflect.defineProperty(target, 'server', { value: 1 })).toBe(false);
        expect(Reflect.setPrototypeOf(target, {})).toBe(false);
        expect(Reflect.deleteProperty(target, 'count')).toBe(
          target === db.reader ? false : !Reflect.has(target, 'count'),
        );
      }
    });

    it('hands out queries that lead neither to the client nor to a prototype that plugins share', () => {
      const query = db.reader.server.findUnique({ where: { id: 1 } }) as object;
      expect(Object.isFrozen(query)).toBe(true);
      expect(Object.getPrototypeOf(query)).toBe(null);
      for (const name of ['requestTransaction', 'spec', '$parent']) expect(Reflect.get(query, name)).toBe(undefined);
    });

    it('throws errors that do not lead to the client', async () => {
      const error = (await outcome(() =>
        db.writer.server.create({ data: { name: 'survival', ownerId: 1 } }),
      )) as object;
      expect(error).toMatchObject({ code: 'P2002' });
      expect(inspect(error, { showHidden: true, depth: 10 })).not.toMatch(/_engine\b|\$disconnect|_runtimeDataModel/);
    });

    it('runs transactions, in which plugins see no more than outside', async () => {
      const result = await db.raw.$transaction(
        async (tx: PluginDatabase) => {
          expect(await outcome(() => tx.user.findMany())).toEqual(denied('user.read'));
          for (const name of ['$extends', '$parent', '_engine'])
            expect(await outcome(() => Reflect.get(tx, name))).toEqual(refused);
          return tx.server.count();
        },
        { timeout: 5_000 },
      );
      expect(result).toBe(2);
      expect(await db.raw.$transaction([db.raw.server.count(), db.raw.$queryRaw`SELECT 1 AS one`])).toEqual([
        2,
        [{ one: 1 }],
      ]);
    });

    it('undoes a transaction that throws, and ends its view with it', async () => {
      let kept: PluginDatabase | undefined;
      const failed = await outcome(() =>
        db.everything.$transaction(async (tx: PluginDatabase) => {
          kept = tx;
          await tx.server.update({ where: { id: 1 }, data: { name: 'gone' } });
          throw new Error('changed my mind');
        }),
      );
      expect(failed).toMatchObject({ message: 'changed my mind' });
      expect(await client.server.count({ where: { name: 'gone' } })).toBe(0);
      expect(await outcome(() => kept?.server.count())).toEqual(refused);
    });

    it('does not take the query of another plugin into a transaction', async () => {
      const stolen = db.everything.user.findMany();
      expect(await outcome(() => db.raw.$transaction([stolen]))).toEqual(refused);
    });

    it('raw queries take the fragments of Prisma', async () => {
      const { sql } = panel.Prisma;
      expect(await db.raw.$queryRaw`SELECT name FROM "Server" WHERE ${sql`id = ${1}`}`).toEqual([{ name: 'survival' }]);
    });

    it('refuses from the next call on when a permission is taken away, also by what was kept from before', async () => {
      const { desk } = db;
      const kept = desk.ticket.findMany;
      const made = desk.ticket.create({ data: { title: 'late', serverId: 1 } });
      await test.host.grants.change('desk', { revoke: ['ticket.read', 'ticket.write'] });
      expect(await outcome(() => kept())).toEqual(denied('ticket.read'));
      expect(await outcome(() => made)).toEqual(denied('ticket.write'));
      expect(await client.ticket.count()).toBe(3);
    });

    it('refuses what the running release does not ask for, once the one that did has ended', async () => {
      const { desk } = db;
      await test.folder.write('desk', {
        'plugin.json': { name: 'desk', version: '1.0.1', backend: { entry: 'index.js' }, permissions: ['server.read'] },
      });
      await test.host.reload('desk');
      await expect.poll(() => outcome(() => desk.ticket.findMany())).toEqual(denied('ticket.read'));
    });

    it('writes denials to the audit log, once a minute for each permission, with how many there were', async () => {
      const entries = async (): Promise<unknown[]> =>
        (await test.host.audit({ plugin: 'nobody' }))
          .filter(({ type }) => type === 'plugin:permission-denied')
          .map(({ data }) => data);
      for (let time = 0; time < 5; time += 1) await outcome(() => db.nobody.user.findMany());
      await outcome(() => db.nobody.server.count());
      await expect.poll(entries).toEqual([
        { permission: 'server.read', operation: 'server.count' },
        { permission: 'user.read', operation: 'user.findMany' },
      ]);
      test.clock.advance(60_000);
      await expect
        .poll(async () => (await entries())[0])
        .toEqual({ permission: 'user.read', operation: 'user.findMany', repeated: 4 });
    });
  });
}

describeScopedDatabase('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeScopedDatabase('PostgreSQL', openPostgres));
