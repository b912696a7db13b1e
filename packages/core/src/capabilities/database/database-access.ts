/** What plugins may see of one model, whatever their permissions say. */
export interface ModelAccess {
  /** The only fields that plugins may read, write, filter and sort by; relations count as fields. Default: all. */
  readonly fields?: readonly string[];
  /** Fields that plugins never see, never write, and cannot filter or sort by. */
  readonly hidden?: readonly string[];
  /** A Prisma `where`: plugins see and change rows only that match it. A function gets the plugin's name at every query. */
  readonly where?: object | ((plugin: string) => object);
}

/** What plugins may see of the host's models, by the client's own names of them. */
export type DatabaseAccess = Readonly<Record<string, ModelAccess>>;

/**
 * A `db` with a `true` member of this name watches over itself: plugins get it as it is, whatever their permissions say.
 * It is the same symbol in every copy of this package.
 */
export const guardsItself: unique symbol = Symbol.for('@catalyst-plugins/core:guards-itself') as never;

/** What a host application says about its database. */
export interface DatabaseOptions {
  readonly db: object | undefined;
  readonly aliases: Readonly<Record<string, string>>;
  readonly access: DatabaseAccess;
}
