import type { TestHost } from '@catalyst-plugins/core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/database.ts';
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

const dbAccess = {
  user: { hidden: ['passwordHash'] },
  ticket: { where: (plugin: string) => (plugin === 'trusted' ? {} : { isSecret: false }) },
  comment: { fields: ['id', 'text', 'ticketId', 'ticket', 'author'] },
};

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    return error;
  }
}

const refusal = (words: string): unknown =>
  expect.objectContaining({ code: 'DATABASE_QUERY_REFUSED', message: expect.stringContaining(words) });

type Case = readonly [what: string, attempt: (db: PluginDatabase) => unknown];

/** Ways to learn or to change a field that the host hides. */
const hiddenFields: readonly Case[] = [
  ['selecting it', (db) => db.user.findMany({ select: { passwordHash: true } })],
  [
    'selecting it over a relation',
    (db) => db.server.findMany({ include: { owner: { select: { passwordHash: true } } } }),
  ],
  [
    'selecting it after a write',
    (db) => db.user.update({ where: { id: 1 }, data: {}, select: { passwordHash: true } }),
  ],
  ['filtering by it', (db) => db.user.count({ where: { passwordHash: { startsWith: 'hash-a' } } })],
  ['filtering by it in NOT', (db) => db.user.findMany({ where: { NOT: [{ passwordHash: 'x' }] } })],
  [
    'filtering by it over a relation',
    (db) => db.server.findMany({ where: { owner: { is: { passwordHash: 'hash-a' } } } }),
  ],
  ['filtering a write by it', (db) => db.user.updateMany({ where: { passwordHash: 'hash-a' }, data: { name: 'x' } })],
  ['filtering by it beside a unique key', (db) => db.user.findUnique({ where: { id: 1, passwordHash: 'hash-a' } })],
  ['sorting by it', (db) => db.user.findMany({ orderBy: [{ passwordHash: { sort: 'asc' } }] })],
  ['sorting by it over a relation', (db) => db.server.findMany({ orderBy: { owner: { passwordHash: 'asc' } } })],
  ['grouping by it', (db) => db.user.groupBy({ by: 'passwordHash' })],
  ['having it', (db) => db.user.groupBy({ by: ['name'], having: { passwordHash: { _max: 'x' } } })],
  ['sorting groups by it', (db) => db.user.groupBy({ by: ['name'], orderBy: { _max: { passwordHash: 'asc' } } })],
  ['aggregating it', (db) => db.user.aggregate({ _max: { passwordHash: true } })],
  ['counting it', (db) => db.user.count({ select: { passwordHash: true } })],
  ['making it distinct', (db) => db.user.findMany({ distinct: ['passwordHash'] })],
  ['starting at it', (db) => db.user.findMany({ cursor: { id: 1, passwordHash: 'hash-a' } })],
  ['writing it', (db) => db.user.update({ where: { id: 1 }, data: { passwordHash: 'mine' } })],
  ['creating it', (db) => db.user.create({ data: { name: 'x', passwordHash: 'mine' } })],
  ['creating many with it', (db) => db.user.createMany({ data: [{ name: 'x', passwordHash: 'mine' }] })],
  [
    'writing it over a relation',
    (db) => db.server.update({ where: { id: 1 }, data: { owner: { update: { passwordHash: 'mine' } } } }),
  ],
];

/** Ways to slip a selection past those who look at arguments by their names. */
const odd: readonly Case[] = [
  ['aggregating it by select', (db) => db.user.aggregate({ select: { _max: { select: { passwordHash: true } } } })],
  ['grouping by select', (db) => db.user.groupBy({ by: ['id'], select: { _max: { select: { passwordHash: true } } } })],
  ['counting by select in select', (db) => db.user.count({ select: { select: { passwordHash: true } } })],
  ['selecting it of many', (db) => db.user.updateMany({ data: {}, select: { passwordHash: true } })],
  ['taking the greatest of it by an object', (db) => db.user.aggregate({ _max: { select: { passwordHash: true } } })],
  ['including at an aggregate', (db) => db.user.aggregate({ _count: true, include: { servers: true } })],
  ['including a list', (db) => db.user.findMany({ include: [{ servers: true }] })],
  ['selecting a relation by a list', (db) => db.server.findMany({ select: { owner: ['passwordHash'] } })],
];

/** Combinations of rows that are not shown that no filter can narrow exactly. */
const unguardable: readonly Case[] = [
  ['including the one row of a relation', (db) => db.comment.findMany({ include: { ticket: true } })],
  ['asking for it by a further call', (db) => db.comment.findUnique({ where: { id: 2 } }).ticket()],
  [
    'asking for every row of a relation',
    (db) => db.server.findMany({ where: { tickets: { every: { title: 'ban' } } } }),
  ],
  ['sorting by a row', (db) => db.comment.findMany({ orderBy: { ticket: { title: 'asc' } } })],
  ['sorting by the number of rows', (db) => db.server.findMany({ orderBy: { tickets: { _count: 'asc' } } })],
  ['starting at a row', (db) => db.ticket.findMany({ cursor: { id: 2 } })],
  ['setting all rows of a relation', (db) => db.server.update({ where: { id: 1 }, data: { tickets: { set: [] } } })],
];

let panel: PanelModule;
beforeAll(async () => {
  panel = await generatePanel('panel-rows-client');
});

function describeRowsAndFields(title: string, open: () => Promise<Disposable<Database>>): void {
  describe(`${title}: what the host shows of its models`, () => {
    let opened: Disposable<Database>;
    let client: PanelClient & PanelMethods;
    let test: TestHost;
    let db: PluginDatabase;
    let trusted: PluginDatabase;

    beforeAll(async () => {
      opened = await open();
      client = await openPanel(opened.value.pool, panel);
    });
    afterAll(() => opened?.dispose());
    beforeEach(async () => {
      await resetPanel(opened.value.pool);
      const host = await openPluginDatabases({ demo: ['*'], trusted: ['*'] }, { db: client, dbAccess });
      ({ test } = host);
      ({ demo: db, trusted } = host.db);
    });
    afterEach(async () => {
      await test.expectNothingLeft();
      await test[Symbol.asyncDispose]();
    });

    const titles = async (): Promise<unknown> =>
      ((await client.ticket.findMany({ orderBy: { id: 'asc' } })) as { title: string }[]).map((row) => row.title);

    it.each(hiddenFields)('a hidden field is not told and not changed by %s', async (_what, attempt) => {
      expect(await outcome(() => attempt(db))).toEqual(refusal('"passwordHash" of "user"'));
      expect(await client.user.count({ where: { passwordHash: { startsWith: 'hash-' } } })).toBe(2);
    });

    it.each(odd)('a selection that the host does not understand is refused: %s', async (_what, attempt) => {
      expect(await outcome(() => attempt(db))).toEqual(refusal(''));
    });

    it.each(unguardable)('rows that are not shown make the host refuse %s', async (_what, attempt) => {
      expect(await outcome(() => attempt(db))).toEqual(refusal('some rows only'));
      expect(await titles()).toEqual(['lag', 'ban', 'crash']);
    });

    it('a hidden field is in no result, however deep, also when a plugin asks not to omit it', async () => {
      const results = await Promise.all([
        db.user.findMany(),
        db.user.findUnique({ where: { id: 1 }, omit: { passwordHash: false } }),
        db.user.update({ where: { id: 1 }, data: { name: 'eva' } }),
        db.server.findMany({
          include: {
            owner: { include: { staff: true, boss: { include: { servers: { include: { owner: true } } } } } },
          },
        }),
        db.server.findMany({ select: { owner: true } }),
        db.server.findUnique({ where: { id: 1 } }).owner(),
        db.server
          .findUnique({ where: { id: 1 } })
          .owner()
          .staff(),
      ]);
      expect(JSON.stringify(results)).toContain('eva');
      expect(JSON.stringify(results)).not.toMatch(/passwordHash|hash-/);
    });

    it('a field that is not listed is hidden with the relation that it holds, from both sides', async () => {
      expect(await db.comment.findMany({ where: { id: 1 } })).toEqual([{ id: 1, text: 'me too', ticketId: 1 }]);
      for (const attempt of [
        () => db.comment.findMany({ include: { author: true } }),
        () => db.comment.update({ where: { id: 1 }, data: { author: { connect: { id: 1 } } } }),
        () => db.user.findMany({ include: { comments: true } }),
        () => db.user.count({ where: { comments: { some: {} } } }),
      ]) {
        expect(await outcome(attempt)).toEqual(refusal('not open to plugins'));
      }
    });

    it('rows that are not shown are in no result and no number', async () => {
      const { ticket, server } = db;
      const seen = [expect.objectContaining({ title: 'lag' })];
      expect(await ticket.count()).toBe(2);
      expect(await ticket.findUnique({ where: { id: 2 } })).toBe(null);
      expect(await ticket.findFirst({ where: { OR: [{ id: 2 }, { isSecret: true }] } })).toBe(null);
      expect(await ticket.aggregate({ _max: { id: true }, where: { serverId: 1 } })).toEqual({
        _max: { id: 1 },
      });
      expect(await ticket.groupBy({ by: ['serverId'], _count: true, orderBy: { serverId: 'asc' } })).toEqual([
        { serverId: 1, _count: 1 },
        { serverId: 2, _count: 1 },
      ]);
      expect(await server.findUnique({ where: { id: 1 }, include: { tickets: true } })).toMatchObject({
        tickets: seen,
      });
      expect(await server.findUnique({ where: { id: 1 } }).tickets()).toEqual(seen);
      for (const count of [
        true,
        { select: { tickets: true } },
        { select: { tickets: { where: { id: { gt: 0 } } } } },
      ]) {
        const select = { _count: count };
        expect(await server.findUnique({ where: { id: 1 }, select })).toMatchObject({ _count: { tickets: 1 } });
      }
      expect(await server.count({ where: { tickets: { some: { title: 'ban' } } } })).toBe(0);
      expect(await server.count({ where: { tickets: { none: { title: 'ban' } } } })).toBe(2);
      expect(await db.comment.count({ where: { ticket: { id: { gt: 0 } } } })).toBe(1);
      expect(await db.comment.count({ where: { ticket: { is: { title: 'ban' } } } })).toBe(0);
    });

    it('rows that are not shown are neither changed nor deleted', async () => {
      const { ticket, server } = db;
      const missing = expect.objectContaining({ code: expect.stringMatching(/^P20(17|18|25)$/) });
      expect(await outcome(() => ticket.update({ where: { id: 2 }, data: { title: 'x' } }))).toEqual(missing);
      expect(await outcome(() => ticket.delete({ where: { id: 2 } }))).toEqual(missing);
      expect(await ticket.updateMany({ where: { id: 2 }, data: { title: 'x' } })).toEqual({ count: 0 });
      expect(
        await outcome(() =>
          ticket.upsert({
            where: { id: 2 },
            update: { title: 'x' },
            create: { id: 2, title: 'x', serverId: 1 },
          }),
        ),
      ).toMatchObject({ code: 'P2002' });
      const write = (tickets: object): Promise<unknown> =>
        outcome(() => server.update({ where: { id: 1 }, data: { tickets } }));
      for (const tickets of [
        { update: { where: { id: 2 }, data: { title: 'x' } } },
        { delete: [{ id: 2 }] },
        { connect: { id: 2 } },
      ]) {
        expect(await write(tickets)).toEqual(missing);
      }
      await write({ updateMany: { where: {}, data: { title: 'seen' } } });
      expect(await titles()).toEqual(['seen', 'ban', 'crash']);
      await write({ deleteMany: {} });
      expect(await ticket.deleteMany()).toEqual({ count: 1 });
      expect(await titles()).toEqual(['ban']);
      const over = { ticket: { update: { title: 'x' } } };
      expect(await outcome(() => db.comment.update({ where: { id: 2 }, data: over }))).toEqual(missing);
      expect(await titles()).toEqual(['ban']);
    });

    it('a filter that is a function is asked for each plugin', async () => {
      expect(await trusted.ticket.count()).toBe(3);
      expect(await db.ticket.count()).toBe(2);
    });

    it('a model or a field that there is not stops the start with OPTIONS_INVALID, which names those that there are', async () => {
      for (const [access, words] of [
        [{ users: {} }, 'there is no "users"; there are plugin'],
        [{ user: { hidden: ['password'] } }, 'dbAccess.user.hidden: there is no "password"; there are id, name'],
      ] as const) {
        const failed = await outcome(() => openPluginDatabases({ demo: [] }, { db: client, dbAccess: access }));
        expect(failed).toMatchObject({ code: 'OPTIONS_INVALID', message: expect.stringContaining(words) });
      }
    });
  });
}

describeRowsAndFields('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeRowsAndFields('PostgreSQL', openPostgres));
