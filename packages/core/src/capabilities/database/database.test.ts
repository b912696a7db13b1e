import { describe, expect, it } from 'vitest';
import type { CapabilitySession } from '../capability.ts';
import { guardsItself } from './database-access.ts';
import { database } from './database.ts';

const session = {
  release: { plugin: 'demo', manifest: { permissions: [] } },
} as unknown as CapabilitySession;

/** What a plugin without permissions has as `ctx.db`. */
function databaseOf(db: object | undefined): Readonly<Record<string, unknown>> {
  const { db: seen } = database({
    db,
    aliases: {},
    access: {},
    grants: { has: () => false },
    onDenied: () => undefined,
    members: ({ release }) => ({ collection: (name: string) => `${name} of ${release.plugin}` }),
  }).create(session);
  return seen;
}

class Clock {
  readonly [guardsItself] = true;
  readonly #time = 12;
  now(): number {
    return this.#time;
  }
}

describe('members of ctx.db that need no permission', () => {
  it.each([
    ['no database', undefined],
    ['an object of the host', { servers: {} }],
    ['a Prisma client', { $extends: 1, $transaction: 1, _runtimeDataModel: { models: {} } }],
    ['an object that guards itself', new Clock()],
  ])('are there on a host with %s', (_what, db) => {
    expect((databaseOf(db)['collection'] as (name: string) => string)('notes')).toBe('notes of demo');
  });

  it('leave the rest of the database what it is', () => {
    expect(() => databaseOf(undefined)['servers']).toThrow(
      expect.objectContaining({ code: 'DATABASE_NOT_CONFIGURED' }),
    );
    expect((databaseOf(new Clock())['now'] as () => number)()).toBe(12);
  });
});
