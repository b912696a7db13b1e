import type { PluginDatabase } from './panel-plugins.ts';

/** What a plugin tries, the permission that it lacks for it, and how it tries. */
export type Attack = readonly [what: string, permission: string, attack: (db: PluginDatabase) => unknown];

/** For a plugin that has `server.read` only. */
export const attacks: readonly Attack[] = [
  ['a model without permission', 'ticket.read', (db) => db.ticket.findMany()],
  ['writing a model that may be read', 'server.write', (db) => db.server.create({ data: { name: 'x', ownerId: 1 } })],
  ['updating many', 'server.write', (db) => db.server.updateMany({ data: { name: 'x' } })],
  ['deleting', 'server.write', (db) => db.server.delete({ where: { id: 1 } })],
  ['upserting', 'server.write', (db) => db.server.upsert({ where: { id: 1 }, create: {}, update: {} })],
  ['an include', 'ticket.read', (db) => db.server.findMany({ include: { tickets: true } })],
  ['a select', 'ticket.read', (db) => db.server.findMany({ select: { id: true, tickets: { select: { id: true } } } })],
  [
    'an include of the other side',
    'user.read',
    (db) => db.server.findFirst({ include: { owner: { include: { servers: true } } } }),
  ],
  ['_count: true', 'ticket.read', (db) => db.server.findMany({ include: { _count: true } })],
  [
    '_count of a relation',
    'ticket.read',
    (db) => db.server.findMany({ select: { _count: { select: { tickets: true } } } }),
  ],
  ['a filter by some', 'ticket.read', (db) => db.server.findMany({ where: { tickets: { some: { title: 'ban' } } } })],
  ['a filter by every', 'ticket.read', (db) => db.server.count({ where: { tickets: { every: { title: 'ban' } } } })],
  ['a filter by none', 'ticket.read', (db) => db.server.count({ where: { tickets: { none: {} } } })],
  [
    'a filter by is',
    'user.read',
    (db) => db.server.findMany({ where: { owner: { is: { passwordHash: { startsWith: 'h' } } } } }),
  ],
  ['a filter by isNot', 'user.read', (db) => db.server.findMany({ where: { owner: { isNot: null } } })],
  ['a filter by the relation itself', 'user.read', (db) => db.server.findMany({ where: { owner: { name: 'ana' } } })],
  [
    'a filter inside AND, OR and NOT',
    'user.read',
    (db) => db.server.findMany({ where: { AND: [{ OR: [{ NOT: { owner: { id: 1 } } }] }] } }),
  ],
  [
    'a filter of an aggregate',
    'user.read',
    (db) => db.server.aggregate({ _count: true, where: { owner: { name: 'ana' } } }),
  ],
  ['a filter of groupBy', 'user.read', (db) => db.server.groupBy({ by: ['game'], where: { owner: { name: 'ana' } } })],
  [
    'a filter beside a unique key',
    'user.read',
    (db) => db.server.findUnique({ where: { id: 1, owner: { name: 'ana' } } }),
  ],
  ['an order by a relation', 'user.read', (db) => db.server.findMany({ orderBy: { owner: { passwordHash: 'asc' } } })],
  ['an order by a count', 'ticket.read', (db) => db.server.findMany({ orderBy: [{ tickets: { _count: 'desc' } }] })],
  ['a cursor with a relation', 'user.read', (db) => db.server.findMany({ cursor: { id: 1, owner: { id: 1 } } })],
  ['a further call on a query', 'ticket.read', (db) => db.server.findUnique({ where: { id: 1 } }).tickets()],
  ['a raw query', 'db.raw', (db) => db.$queryRaw`SELECT * FROM "User"`],
  ['a raw statement', 'db.raw', (db) => db.$executeRawUnsafe('DELETE FROM "User"')],
  ['a transaction', 'db.raw', (db) => db.$transaction(async () => 1)],
  ['a batch', 'db.raw', (db) => db.$transaction([db.server.count()])],
  [
    'arguments with a getter',
    'ticket.read',
    (db) =>
      db.server.findMany(Object.defineProperty({}, 'include', { enumerable: true, get: () => ({ tickets: true }) })),
  ],
  [
    'arguments that change between two looks',
    'ticket.read',
    (db) => {
      const looks = [{ tickets: true }];
      return db.server.findMany(new Proxy({ include: {} }, { get: () => looks.pop() ?? {} }));
    },
  ],
  [
    'arguments that turn themselves into others',
    'ticket.read',
    (db) => db.server.findMany({ toJSON: () => ({ include: { tickets: true } }) }),
  ],
  [
    'arguments of a null prototype',
    'ticket.read',
    (db) => db.server.findMany(Object.assign(Object.create(null), { include: { tickets: true } })),
  ],
];

/** For a plugin that may read servers, read and write tickets and comments, and nothing of users. */
export const writingAttacks: readonly Attack[] = [
  ['connect', 'server.write', (db) => db.ticket.update({ where: { id: 1 }, data: { server: { connect: { id: 2 } } } })],
  [
    'create',
    'server.write',
    (db) => db.ticket.create({ data: { title: 'x', server: { create: { name: 'x', ownerId: 1 } } } }),
  ],
  [
    'connectOrCreate',
    'server.write',
    (db) =>
      db.ticket.create({
        data: { title: 'x', server: { connectOrCreate: { where: { id: 1 }, create: { name: 'x', ownerId: 1 } } } },
      }),
  ],
  [
    'update',
    'server.write',
    (db) => db.ticket.update({ where: { id: 1 }, data: { server: { update: { name: 'x' } } } }),
  ],
  [
    'update with a filter',
    'server.write',
    (db) => db.ticket.update({ where: { id: 1 }, data: { server: { update: { where: {}, data: { name: 'x' } } } } }),
  ],
  [
    'upsert',
    'server.write',
    (db) => db.ticket.update({ where: { id: 1 }, data: { server: { upsert: { create: {}, update: { name: 'x' } } } } }),
  ],
  [
    'delete, two relations away',
    'user.write',
    (db) =>
      db.ticket.update({
        where: { id: 1 },
        data: { comments: { update: { where: { id: 1 }, data: { author: { delete: true } } } } },
      }),
  ],
  [
    'disconnect, two relations away',
    'user.write',
    (db) =>
      db.ticket.update({
        where: { id: 1 },
        data: { comments: { update: [{ where: { id: 1 }, data: { author: { disconnect: true } } }] } },
      }),
  ],
  [
    'the create of an upsert',
    'user.write',
    (db) =>
      db.ticket.upsert({
        where: { id: 1 },
        update: {},
        create: {
          title: 'x',
          serverId: 1,
          comments: { create: [{ text: 'x', author: { create: { name: 'x', passwordHash: 'x' } } }] },
        },
      }),
  ],
  [
    'the include of a write',
    'user.read',
    (db) => db.ticket.update({ where: { id: 1 }, data: {}, include: { comments: { include: { author: true } } } }),
  ],
  [
    'the filter of a delete',
    'user.read',
    (db) => db.ticket.deleteMany({ where: { comments: { some: { author: { name: 'ana' } } } } }),
  ],
  [
    'the filter of a nested deleteMany',
    'user.read',
    (db) => db.ticket.update({ where: { id: 1 }, data: { comments: { deleteMany: [{ author: { name: 'ana' } }] } } }),
  ],
];

/** An object that Prisma would take for what its members say, and others for one of Prisma's nulls. */
class Pretender {
  constructor(members: object) {
    Object.assign(this, members);
  }
  _getName(): string {
    return 'DbNull';
  }
}

/** One that has the mark of those nulls as well. */
const marked = (members: object): object => new Pretender({ ...members, [Symbol.for('prisma.objectEnumValue')]: true });

/** Arguments at places where a check may not look into what is no plain object. */
const disguised: readonly (readonly [
  what: string,
  attack: (db: PluginDatabase, disguise: (members: object) => object) => unknown,
])[] = [
  ['an order', (db, as) => db.server.findMany({ orderBy: as({ owner: { passwordHash: 'asc' } }) })],
  ['an order in a list', (db, as) => db.user.findMany({ orderBy: [as({ passwordHash: 'asc' })] })],
  ['an order over a relation', (db, as) => db.server.findMany({ orderBy: { owner: as({ passwordHash: 'asc' }) } })],
  ['an order of groups', (db, as) => db.user.groupBy({ by: ['name'], orderBy: { _max: as({ passwordHash: 'asc' }) } })],
  ['data', (db, as) => db.ticket.update({ where: { id: 1 }, data: as({ server: { update: { name: 'x' } } }) })],
  ['data in a list', (db, as) => db.user.createMany({ data: [as({ name: 'x', passwordHash: 'x' })] })],
  [
    'data of a write through a relation',
    (db, as) =>
      db.ticket.create({
        data: { title: 'x', serverId: 1, comments: { create: as({ text: 'x', author: { create: { name: 'x' } } }) } },
      }),
  ],
  [
    'a write through a relation',
    (db, as) => db.ticket.update({ where: { id: 1 }, data: { server: as({ delete: true }) } }),
  ],
  ['the create of an upsert', (db, as) => db.user.upsert({ where: { id: 9 }, update: {}, create: as({ name: 'x' }) })],
  ['a filter', (db, as) => db.server.findMany({ where: as({ owner: { name: 'ana' } }) })],
  ['a filter in AND', (db, as) => db.server.findMany({ where: { AND: as({ owner: { name: 'ana' } }) } })],
  ['a filter over a relation', (db, as) => db.server.findMany({ where: { owner: { is: as({ name: 'ana' }) } } })],
  [
    'a filter of groups',
    (db, as) => db.user.groupBy({ by: ['name'], having: as({ passwordHash: { contains: 'a' } }) }),
  ],
  ['a selection', (db, as) => db.server.findMany({ select: as({ owner: true }) })],
  ['the selection of a relation', (db, as) => db.server.findMany({ include: { owner: as({ select: { id: true } }) } })],
  ['a count', (db, as) => db.user.count({ select: as({ passwordHash: true }) })],
  ['a cursor', (db, as) => db.server.findMany({ cursor: as({ id: 1 }) })],
];

/** What a plugin with every permission cannot have either. */
export const escapes: readonly (readonly [what: string, attack: (db: PluginDatabase) => unknown])[] = [
  ...['$extends', '$parent', '$on', '$use', '$connect', '$disconnect', '_engine', '_request', '_originalClient'].map(
    (name) => [name, (db: PluginDatabase) => Reflect.get(db, name)] as const,
  ),
  [
    'a field of a model given as a value',
    (db) =>
      db.server.findMany({ where: { name: { $type: 'FieldRef', value: { _ref: 'game', _container: 'Server' } } } }),
  ],
  [
    'parameters past the serializer',
    (db) => db.server.findMany({ where: { name: { __prismaRawParameters__: true, values: {} } } }),
  ],
  ['an argument that nobody knows', (db) => db.server.findMany({ unpacker: () => 1 })],
  ['"__proto__" as an argument', (db) => db.server.findMany(JSON.parse('{"__proto__":{"include":{"tickets":true}}}'))],
  ['"__proto__" as a relation', (db) => db.server.findMany(JSON.parse('{"include":{"__proto__":{"tickets":true}}}'))],
  ['an unknown argument of data', (db) => db.server.findMany({ dataPath: ['x'] })],
  [
    'an object of a class',
    (db) =>
      db.server.findMany(
        new (class Args {
          include = { tickets: true };
        })(),
      ),
  ],
  ['inherited arguments', (db) => db.server.findMany(Object.create({ include: { tickets: true } }))],
  [
    'a proxy of an object of a class',
    (db) => db.server.findMany({ where: { name: new Proxy(new URL('file:///x'), {}) } }),
  ],
  [
    'a way to write through a relation that nobody knows',
    (db) => db.ticket.update({ where: { id: 1 }, data: { server: { merge: {} } } }),
  ],
  ['a transaction of something else', (db) => db.$transaction([Promise.resolve(1)])],
  ...disguised.flatMap(([what, attack]) => [
    [`${what} that has a name`, (db: PluginDatabase) => attack(db, (members) => new Pretender(members))] as const,
    [`${what} in the place of a null`, (db: PluginDatabase) => attack(db, marked)] as const,
  ]),
  [
    'a field of a model under the name of a null',
    (db) =>
      db.server.findMany({
        where: { name: new Pretender({ $type: 'FieldRef', value: { _ref: 'game', _container: 'Server' } }) },
      }),
  ],
  [
    'a name that is none of the nulls',
    (db) => db.server.findMany({ where: { settings: { equals: marked({ _getName: () => 'Any' }) } } }),
  ],
];
