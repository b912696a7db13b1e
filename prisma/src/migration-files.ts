import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** One change of the tables. */
export interface Migration {
  /** The folder; names sort in the order of application, and hold `_catalyst_`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hexadecimal, as Prisma computes it. */
  readonly checksum: string;
}

/** Tells our migrations from those of an application that keeps its own in the same database. */
export const migrationNameInfix = '_catalyst_';

/** Reads the migrations that belong to this version of the package, oldest first. */
export function readMigrations(
  directory: string = fileURLToPath(new URL('../migrations', import.meta.url)),
): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes(migrationNameInfix))
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => {
      const file = readFileSync(path.join(directory, name, 'migration.sql'), 'utf8');
      // A checkout on Windows may have other line ends; that does not make it another migration.
      const sql = file.replaceAll('\r\n', '\n');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}
