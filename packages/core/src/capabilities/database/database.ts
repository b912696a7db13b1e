import { PluginError } from '../../errors/plugin-error.ts';
import type { HostType } from '../../ports/host-types.ts';
import type { Capability } from '../capability.ts';

/** The host's database client, as plugins see it. */
export type HostDatabase = HostType<'db', { readonly [model: string]: unknown }>;

/** The host's data. */
export interface DatabaseSlice {
  readonly db: HostDatabase;
}

/** Gives plugins the host's database client; using it on a host without one throws `DATABASE_NOT_CONFIGURED`. */
export function database(db: object | undefined): Capability<DatabaseSlice> {
  return {
    name: 'database',
    create: ({ release: { plugin } }) => ({ db: (db ?? absentDatabase(plugin)) as HostDatabase }),
  };
}

function absentDatabase(plugin: string): object {
  return new Proxy(
    {},
    {
      get(_target, member) {
        // a promise chain that touches ctx.db asks for `then`; that must not count as a use of the database
        if (typeof member === 'symbol' || member === 'then') return undefined;
        throw new PluginError(
          'DATABASE_NOT_CONFIGURED',
          `Plugin "${plugin}" used ctx.db.${member}, but the host has no database for plugins.`,
          {
            plugin,
          },
        );
      },
    },
  );
}
