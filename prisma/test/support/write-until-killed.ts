// A process of the crash test: says what it finds in the database, then writes until it is killed, and says after each
// write that it was acknowledged. Every round is a change of a plugin with its audit entry, and a stored value.
import { createPrismaStores } from '../../src/create-prisma-stores.ts';
import { openEmbeddedDatabase } from '../../src/open-embedded-database.ts';

const plugin = 'written';
const database = await openEmbeddedDatabase({ directory: process.argv[2] ?? '' });
const { plugins, documents, audit } = createPrismaStores(database);

const manifest = { name: plugin };
const added = { name: plugin, version: '1.0.0', enabled: true, state: 'active', grants: {}, manifest, source: 'test' };
let record = await plugins.add(added, []);
const entries = await audit.query({ plugin, limit: 1_000_000 });
const keys = await documents.list(plugin, 'round-');
process.send?.({ found: { rounds: record.configRevision, config: record.config, entries: entries.length, keys } });

for (;;) {
  const round = record.configRevision + 1;
  const entry = { plugin, type: 'plugin:config-changed', actor: 'test', data: { round }, at: new Date() };
  const save = { expectedRevision: record.configRevision, config: { round }, actor: 'test' };
  record = await plugins.saveConfig(plugin, save, [entry]);
  await documents.set(plugin, `round-${round}`, JSON.stringify({ round }));
  process.send?.({ acknowledged: round });
}
