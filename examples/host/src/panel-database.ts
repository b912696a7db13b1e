import { readFile } from 'node:fs/promises';
import type { Database } from '@catalyst-plugins/prisma';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';

/** Opens the panel's own tables on the database, and fills them when they are empty. */
export async function openPanelDatabase(database: Database): Promise<PrismaClient> {
  await database.pool.query(await readFile(new URL('../prisma/create-tables.sql', import.meta.url), 'utf8'));
  const panel = new PrismaClient({ adapter: new PrismaPg(database.pool) });
  if ((await panel.user.count()) === 0) await seed(panel);
  return panel;
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
