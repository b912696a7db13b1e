// Compares migrations with the models offline: Prisma's own schema engine as WebAssembly, with an in-memory PostgreSQL
// (PGlite) as the shadow database. `prisma migrate diff` would download a native engine and need a server.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

/** The SQL that leads from the migrations to the models; empty when they agree. */
export async function diffMigrations(schemaDirectory, migrationsDirectory) {
  const models = readModels(schemaDirectory);
  const SchemaEngine = await loadSchemaEngine();
  const engine = await SchemaEngine.new(
    { datamodels: models.map((file) => [file.path, file.content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new ShadowDatabases(new PGlite('memory://'))),
  );
  const { stdout, exitCode } = await engine.diff({
    from: { tag: 'migrations', ...readMigrationHistory(migrationsDirectory) },
    to: { tag: 'schemaDatamodel', files: models },
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? '' : stdout;
}

class ShadowDatabases extends PrismaPGlite {
  async connectToShadowDb() {
    const adapter = await super.connectToShadowDb();
    // The adapter's own executeScript does not wait for the script, so errors in a migration would go unseen.
    adapter.executeScript = async (script) => {
      await adapter.client.exec(script);
    };
    return adapter;
  }
}

async function loadSchemaEngine() {
  const require = createRequire(import.meta.url);
  const bindingsPath = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = await import(pathToFileURL(bindingsPath).href);
  const module = new WebAssembly.Module(readFileSync(bindingsPath.replace(/\.js$/, '.wasm')));
  // Node 20 cannot import .wasm files, so what the package's entry would do is done by hand.
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

function readModels(directory) {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.prisma'))
    .toSorted()
    .map((name) => ({ path: name, content: readFileSync(path.join(directory, name), 'utf8') }));
}

function readMigrationHistory(directory) {
  const lockPath = path.join(directory, 'migration_lock.toml');
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  return {
    baseDir: directory,
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lockPath) ? readFileSync(lockPath, 'utf8') : null },
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(directory, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}
