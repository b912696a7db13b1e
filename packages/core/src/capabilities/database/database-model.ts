import type { ModelAccess } from './database-access.ts';

/** What a query does with a model. */
export type AccessVerb = 'read' | 'write';

/** One field of a model of a Prisma client. */
export interface DatabaseField {
  readonly name: string;
  /** The model that a relation leads to; absent on a scalar. */
  readonly target: string | undefined;
  /** Whether the relation leads to many rows. */
  readonly toMany: boolean;
}

/** One model of the host, as plugins may see it. */
export interface DatabaseModel {
  /** The member of the client: `server` for a model `Server`. */
  readonly member: string;
  /** Every name that permissions may call it by, the member first. */
  readonly names: readonly string[];
  readonly fields: ReadonlyMap<string, DatabaseField>;
  /** Fields that plugins must not touch. */
  readonly hidden: ReadonlySet<string>;
  readonly where: ModelAccess['where'];
}

/** The permission that opens a model, by all its names. */
export function permissionsFor(names: readonly string[], verb: AccessVerb): readonly string[] {
  return names.map((name) => `${name}.${verb}`);
}
