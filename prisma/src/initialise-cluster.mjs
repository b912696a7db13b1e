// Makes an empty PGlite database in the directory given as argument. It runs in a process of its own because initdb
// leaves a WebAssembly memory of several hundred megabytes behind. Plain JavaScript, so that Node runs it as it is.
import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const directory = process.argv[2];
const database = await PGlite.create({ dataDir: directory });
await database.close();
for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) sync(path.join(entry.parentPath ?? entry.path, entry.name));
}
process.exit(0);

// initdb does not sync under PGlite, and a half written database must not survive a power failure as a whole one.
function sync(file) {
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
