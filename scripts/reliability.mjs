// `npm run reliability`: installs, builds what is tried, and tries it, with a PostgreSQL where there is one; arguments go
// to it (`-- --help`).
import { install, root, run, step, typescript } from './workspace.mjs';
import path from 'node:path';

await install();
await step('Building', process.execPath, [...typescript(6), '-b']);
const program = path.join(root, 'reliability', 'reliability.mjs');
const withPostgres = ['scripts/with-postgres.mjs', '--', process.execPath, program];
process.exit(await run(process.execPath, [...withPostgres, ...process.argv.slice(2)]));
