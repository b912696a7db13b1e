import { isPluginError, PluginError } from '@catalyst-plugins/core';

interface Translation {
  readonly code: PluginError['code'];
  readonly message: string;
}

const invalidValue: Translation = { code: 'STORAGE_VALUE_INVALID', message: 'The database cannot hold the value.' };
const missingTable: Translation = {
  code: 'DATABASE_INCOMPATIBLE',
  message: 'The database lacks a table or column of the framework; run the migrations.',
};

/** By SQLSTATE; everything else means that the store does not answer. */
const translations: ReadonlyMap<string, Translation> = new Map([
  ['22P05', invalidValue],
  ['22P02', invalidValue],
  ['22021', invalidValue],
  ['54000', invalidValue],
  ['54001', invalidValue],
  ['23503', { code: 'PLUGIN_NOT_FOUND', message: 'There is no such plugin in the database.' }],
  ['42P01', missingTable],
  ['42703', missingTable],
]);

/**
 * Runs database calls of a store, and turns what they throw into the errors that the ports promise. Messages never
 * repeat those of the driver, which may name hosts, users and values; the cause has them.
 */
export async function translateErrors<T>(plugin: string | undefined, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (isPluginError(cause)) throw cause;
    const { code, message } = translations.get(sqlState(cause) ?? '') ?? {
      code: 'STORE_UNAVAILABLE',
      message: 'The plugin store could not use its database.',
    };
    throw new PluginError(code, message, { plugin, cause });
  }
}

/** The code that PostgreSQL gave. */
export function sqlState(error: unknown): string | undefined {
  return textWithin(error, ['meta', 'driverAdapterError', 'cause', 'originalCode']);
}

/** The unique index that a write contradicts, if that is what the error is about. */
export function violatedIndex(error: unknown): string | undefined {
  if (sqlState(error) !== '23505') return undefined;
  return textWithin(error, ['meta', 'driverAdapterError', 'cause', 'constraint', 'index']) ?? '';
}

/** Walks to where Prisma keeps what the driver told. */
function textWithin(error: unknown, path: readonly string[]): string | undefined {
  let value: unknown = error;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === 'string' ? value : undefined;
}
