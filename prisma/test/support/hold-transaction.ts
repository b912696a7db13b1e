// A process that writes in a transaction, says so, and keeps it open until it is ended.
import { createPrismaStores } from '../../src/create-prisma-stores.ts';
import { openEmbeddedDatabase } from '../../src/open-embedded-database.ts';

const [directory = '', plugin = ''] = process.argv.slice(2);
const { transactions } = createPrismaStores(await openEmbeddedDatabase({ directory }));
const { documents, collections } = await transactions.begin(plugin, 600_000);
await documents.set(plugin, 'version', '2');
await collections.insert({ plugin, collection: 'notes' }, [{ id: 'new', data: { _id: 'new' } }]);
process.send?.('written');
setInterval(() => {}, 60_000);
