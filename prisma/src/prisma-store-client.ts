import { type JsonObject, PluginError } from '@catalyst-plugins/core';

/** A row of `plugins`, as far as the stores need it. */
export interface PluginRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly enabled: boolean;
  readonly state: string;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly errorHint: string | null;
  readonly config: unknown;
  readonly configRevision: number;
  readonly grants: unknown;
  readonly pausedTasks: unknown;
  readonly manifest: unknown;
  readonly dataVersion: string | null;
  readonly copiedDataVersion: string | null;
  readonly integrity: string | null;
  readonly source: string;
  readonly pinnedRelease: string | null;
  readonly pinnedInsteadOf: string | null;
  readonly installedAt: Date;
  readonly enabledAt: Date | null;
  readonly disabledAt: Date | null;
  readonly updatedAt: Date;
  readonly healthStatus: string | null;
  readonly lastHealthCheck: Date | null;
  readonly revision: number;
}

/** Values for a new row of `plugins`. */
export interface PluginCreation {
  name: string;
  version: string;
  enabled: boolean;
  state: string;
  grants: JsonObject;
  manifest: JsonObject;
  source: string;
  enabledAt: Date | null;
}

/** Columns of `plugins` that a change writes. */
export interface PluginColumns {
  version?: string;
  enabled?: boolean;
  state?: string;
  error?: string | null;
  errorCode?: string | null;
  errorHint?: string | null;
  config?: JsonObject;
  configRevision?: { increment: number };
  grants?: JsonObject;
  pausedTasks?: readonly string[];
  manifest?: JsonObject;
  dataVersion?: string;
  integrity?: string;
  source?: string;
  pinnedRelease?: string | null;
  pinnedInsteadOf?: string | null;
  enabledAt?: Date;
  disabledAt?: Date;
  revision?: { increment: number };
}

/** What the stores call on `client.plugin`. */
export interface PluginDelegate {
  findMany(args: object): PromiseLike<PluginRow[]>;
  findUnique(args: { where: { name: string } }): PromiseLike<PluginRow | null>;
  createMany(args: { data: PluginCreation[]; skipDuplicates: boolean }): PromiseLike<{ count: number }>;
  updateMany(args: {
    where: { name: string; enabled?: boolean; configRevision?: number };
    data: PluginColumns;
  }): PromiseLike<{ count: number }>;
  deleteMany(args: { where: { name: string } }): PromiseLike<{ count: number }>;
}

/** What the stores call on `client.pluginConfigRevision`. */
export interface PluginConfigRevisionDelegate {
  createMany(args: {
    data: { pluginName: string; revision: number; config: JsonObject; actor: string }[];
  }): PromiseLike<{ count: number }>;
  findMany(args: {
    where: { pluginName: string; revision?: { lt: number } };
    orderBy: { revision: 'desc' };
    take: number;
  }): PromiseLike<{ revision: number; config: unknown; actor: string; savedAt: Date }[]>;
}

/** Runs statements. */
export interface SqlStatements {
  $queryRawUnsafe<T = unknown>(sql: string, ...values: unknown[]): PromiseLike<T>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): PromiseLike<number>;
}

/** What the stores of values and documents need: statements, and several of them together. */
export interface SqlClient extends SqlStatements {
  $transaction<R>(run: (transaction: SqlStatements) => Promise<R>, options?: TransactionLimits): Promise<R>;
}

/** Milliseconds: how long a transaction may wait for a connection, and how long it may take. */
export interface TransactionLimits {
  readonly maxWait: number;
  readonly timeout: number;
}

/** What the stores may use within a transaction. */
export interface PrismaStoreTransaction extends SqlStatements {
  readonly plugin: PluginDelegate;
  readonly pluginConfigRevision: PluginConfigRevisionDelegate;
  /** Its rows are read and written by statements. */
  readonly pluginEvent: object;
}

/**
 * The part of a generated Prisma client that the stores use. Any client for PostgreSQL whose schema contains
 * `catalyst-plugins.prisma` fits, also an extended one; other models do not matter.
 */
export interface PrismaStoreClient extends PrismaStoreTransaction {
  $transaction<R>(run: (transaction: PrismaStoreTransaction) => Promise<R>, options?: TransactionLimits): Promise<R>;
}

/** Throws `DATABASE_INCOMPATIBLE` for a client that was generated without the models; types do not reach JavaScript. */
export function assertStoreClient(client: PrismaStoreClient): void {
  const needed = {
    plugin: 'Plugin',
    pluginConfigRevision: 'PluginConfigRevision',
    pluginEvent: 'PluginEvent',
  } as const;
  for (const [member, model] of Object.entries(needed)) {
    if (Reflect.get(client, member) === undefined) {
      throw new PluginError('DATABASE_INCOMPATIBLE', `The Prisma client has no model ${model}.`, {
        hint: 'Copy schema/catalyst-plugins.prisma of @catalyst-plugins/prisma into your schema folder and run `prisma generate`.',
      });
    }
  }
}
