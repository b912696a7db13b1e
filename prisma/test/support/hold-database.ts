// A process that opens the database, says so, and keeps it until it is ended.
import { openEmbeddedDatabase } from '../../src/open-embedded-database.ts';

await openEmbeddedDatabase({ directory: process.argv[2] ?? '' });
process.send?.('open');
setInterval(() => {}, 60_000);
