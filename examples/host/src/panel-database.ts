import { readFile } from 'node:fs/promises';
import type { Database } from '@catalyst-plugins/prisma';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';

/** The panel's own tables on the database. */
export interface PanelDatabase {
  readonly client: PrismaClient;
  /** Resolves when the tables are there, and filled if they were empty; the database may be away for long. */
  readonly ready: Promise<void>;
}

/** Opens the panel's own tables as soon as the database answers. */
export function openPanelDatabase(database: Database): PanelDatabase {
  const client = new PrismaClient({ adapter: new PrismaPg(database.pool) });
  return { client, ready: database.ready.then(() => prepare(database, client)) };
}

async function prepare(database: Database, client: PrismaClient): Promise<void> {
  await database.pool.query(await readFile(new URL('../prisma/create-tables.sql', import.meta.url), 'utf8'));
  if ((await client.user.count()) === 0) await seed(client);
}

async function seed(panel: PrismaClient): Promise<void> {
  const ana = await panel.user.create({ data: { name: 'ana', role: 'admin' } });
  const ben = await panel.user.create({ data: { name: 'ben' } });
  await panel.server.createMany({
    data: [
      { name: 'survival', game: 'Minecraft', status: 'online', maxPlayers: 40, ownerId: ana.id },
      { name: 'creative', game: 'Minecraft', status: 'offline', maxPlayers: 20, ownerId: ben.id },
      { name: 'ranked', game: 'Counter-Strike 2', status: 'online', maxPlayers: 10, ownerId: ben.id },
    ],
  });
}
