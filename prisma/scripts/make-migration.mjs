// Writes the next migration, or checks that none is missing, without internet and without a database server:
//   node scripts/make-migration.mjs add_health   writes migrations/<time>_catalyst_add_health/migration.sql
//   node scripts/make-migration.mjs --check      exit code 2 when the models have changes that no migration makes
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { diffMigrations } from './schema-engine.mjs';

const packageDirectory = path.dirname(import.meta.dirname);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    schema: { type: 'string', default: path.join(packageDirectory, 'schema') },
    migrations: { type: 'string', default: path.join(packageDirectory, 'migrations') },
  },
});
process.exit(await main(positionals[0]));

async function main(name) {
  if (!values.check && !/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
    process.stderr.write('usage: make-migration.mjs <name> | --check  [--schema <folder>] [--migrations <folder>]\n');
    return 1;
  }
  const sql = await diffMigrations(values.schema, values.migrations);
  if (sql === '') {
    process.stdout.write('The migrations make exactly the models.\n');
    return 0;
  }
  if (values.check) {
    process.stderr.write(`The models have changes that no migration makes; run make-migration.mjs <name>.\n\n${sql}\n`);
    return 2;
  }
  // The infix tells our migrations from those of an application that shares the database; see src/migrate.ts.
  const folder = path.join(values.migrations, `${timestamp()}_catalyst_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'migration.sql'), sql);
  process.stdout.write(
    `Wrote ${path.relative(process.cwd(), folder)}/migration.sql. Read it, and add triggers by hand.\n`,
  );
  return 0;
}

function timestamp() {
  return new Date().toISOString().replace(/\D/g, '').slice(0, 14);
}
