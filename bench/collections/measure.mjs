// Measures one database in a process of its own, and prints the result as JSON on the last line. Its only argument is
// JSON: which database, how many documents, how often. Finds PostgreSQL in TEST_DATABASE_URL.
import { createPrismaStores, openDatabase } from '@catalyst-plugins/prisma';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { median } from '../shared/statistics.mjs';
import { bulk, operations, ticketsOf } from './operations.mjs';

const { kind, documents, repeats, limitMs } = JSON.parse(process.argv[2]);
const url = process.env.TEST_DATABASE_URL;

if (kind === 'postgres' && !url) print(undefined);
else await inTemporaryFolder(async (directory) => print(await measure(kind === 'postgres' ? { url } : { directory })));

async function measure(options) {
  const database = await openDatabase(options);
  try {
    return await measureAll(createPrismaStores(database));
  } finally {
    await database.close();
  }
}

async function measureAll(stores) {
  const manifest = { name: 'desk', version: '1.0.0' };
  const record = { ...manifest, enabled: false, state: 'disabled', grants: {}, manifest, source: 'bench' };
  await stores.plugins.add(record, []);
  const tickets = ticketsOf(documents);
  const subject = { stores, name: { plugin: 'desk', collection: 'tickets' }, tickets };
  const startedAt = performance.now();
  await bulk(subject);
  const results = { bulk: { collection: performance.now() - startedAt } };
  await stores.collections.declare('desk', { tickets: { indexes: ['created', 'number'] } });
  await stores.documents.set('desk', 'tickets', JSON.stringify(tickets));
  for (const { key, collection, array } of operations) {
    results[key] = { collection: await timeOf(collection, subject), array: await timeOf(array, subject) };
  }
  return results;
}

/** The middle of as many times as fit, at least three; each with another number. */
async function timeOf(operation, subject) {
  const times = [];
  const end = performance.now() + limitMs;
  // The first is not counted: it prepares what later ones find.
  for (let turn = 0; turn <= repeats; turn += 1) {
    const startedAt = performance.now();
    await operation(subject, turn);
    if (turn > 0) times.push(performance.now() - startedAt);
    if (turn >= 3 && performance.now() > end) break;
  }
  return median(times);
}

function print(result) {
  process.stdout.write(`\n${JSON.stringify({ result })}\n`);
}
