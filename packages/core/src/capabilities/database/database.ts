import { PluginError } from '../../errors/plugin-error.ts';
import type { HostType } from '../../ports/host-types.ts';
import type { Capability, CapabilitySession } from '../capability.ts';
import type { GrantReader } from '../grant-reader.ts';
import { guardsItself, type DatabaseOptions } from './database-access.ts';
import { PermissionCheck, type DenialListener } from '../permission-check.ts';
import { PendingQueries } from './pending-queries.ts';
import { isPrismaClient } from './prisma-data-model.ts';
import { checkNames, readModels } from './read-models.ts';
import { readOnlyView } from './read-only-view.ts';
import { ScopedClient, type Client } from './scoped-client.ts';
import { scopeObject } from './scoped-object.ts';
import { warnOfUnknownModels } from './unknown-model.ts';

/** The host's database client, as plugins see it. */
export type HostDatabase = HostType<'db', { readonly [model: string]: unknown }>;

/** The host's data. */
export interface DatabaseSlice {
  readonly db: HostDatabase;
}

type Members = Readonly<Record<string, unknown>>;

export interface DatabaseCapabilityOptions extends DatabaseOptions {
  readonly grants: GrantReader;
  readonly onDenied: DenialListener;
  /** Members of `ctx.db` that need no permission, also on a host without a database. */
  readonly members?: (session: CapabilitySession) => Members;
}

/** Shows a database to one plugin. */
type Scope = (permissions: PermissionCheck, members: Members) => object;

/**
 * Gives plugins the host's database, each as its permissions allow at the moment of the call; using it on a host without
 * one throws `DATABASE_NOT_CONFIGURED`. Throws `OPTIONS_INVALID` when what the host says does not fit its database.
 */
export function database(options: DatabaseCapabilityOptions): Capability<DatabaseSlice> {
  const { grants, onDenied, members = () => ({}) } = options;
  const { scope, models } = scopeOf(options);
  return {
    name: 'database',
    create(session) {
      const { plugin, manifest } = session.release;
      if (models) warnOfUnknownModels(manifest.permissions, models, session.logger);
      const permissions = new PermissionCheck(plugin, grants, onDenied, 'ctx.db.');
      return { db: scope(permissions, members(session)) as HostDatabase };
    },
  };
}

interface HostScope {
  readonly scope: Scope;
  /** Every name that a permission may call a model by; absent where nobody knows. */
  readonly models?: readonly string[];
}

function scopeOf(options: DatabaseOptions): HostScope {
  const { db, aliases, access } = options;
  if (db === undefined) return { scope: ({ plugin }, members) => absentDatabase(plugin, members) };
  if (guardsItself in db) return { scope: (_permissions, members) => withMembers(db, members) };
  if (isPrismaClient(db)) return scopeOfClient(db, options);
  checkNames('dbAccess', Object.keys(access), []);
  checkNames('modelAliases', Object.values(aliases), Object.keys(db));
  return {
    scope: (permissions, members) => scopeObject(db, { aliases, permissions, members }),
    models: [...Object.keys(db), ...Object.keys(aliases)],
  };
}

function scopeOfClient(db: object, options: DatabaseOptions): HostScope {
  const bySchemaName = readModels(db, options);
  const byMember = new Map([...bySchemaName.values()].map((model) => [model.member, model]));
  for (const [alias, member] of Object.entries(options.aliases)) {
    const model = byMember.get(member);
    if (model) byMember.set(alias, model);
  }
  const models = { byMember, bySchemaName };
  return {
    scope(permissions, members) {
      return new ScopedClient(db as Client, { models, permissions, members, pending: new PendingQueries() }).view;
    },
    models: [...byMember.values()].flatMap(({ names }) => names),
  };
}

/** The host's object as it is, with further members. */
function withMembers(db: object, members: Members): object {
  if (Object.keys(members).length === 0) return db;
  return new Proxy(db, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(members, name)) return members[name];
      const value: unknown = Reflect.get(target, name, target);
      // methods of classes with private members need the object itself
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function absentDatabase(plugin: string, members: Members): object {
  return readOnlyView({
    names: () => Object.keys(members),
    read(name) {
      if (Object.hasOwn(members, name)) return members[name];
      const message = `Plugin "${plugin}" used ctx.db.${name}, but the host has no database for plugins.`;
      throw new PluginError('DATABASE_NOT_CONFIGURED', message, { plugin });
    },
  });
}
