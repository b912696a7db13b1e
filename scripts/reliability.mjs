// `npm run reliability`: installs, builds what is tried, and tries it, with a PostgreSQL where there is one; arguments go
// to it (`-- --help`). Without any, everything is tried with its default numbers, and the document gets the figures.
import { build, install, root, run } from './workspace.mjs';
import path from 'node:path';

await install();
await build();
const program = path.join(root, 'reliability', 'reliability.mjs');
const withPostgres = ['scripts/with-postgres.mjs', '--', process.execPath, program];
const asked = process.argv.slice(2);
process.exit(await run(process.execPath, [...withPostgres, ...(asked.length === 0 ? ['--write'] : asked)]));
