import { guardsItself } from '@catalyst-plugins/core';
import { createTestHost } from '@catalyst-plugins/core/testing';
import { describe, expect, it } from 'vitest';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

const manifest = {
  name: 'demo',
  version: '1.0.0',
  backend: { entry: 'index.js' },
  config: { token: { type: 'password', default: 'planted-default' }, size: 1 },
  configSchema: { properties: { smtp: { properties: { pass: { type: 'string', writeOnly: true } } } } },
};
const entry = `export default { onLoad(ctx) { ctx.db.ctx = ctx; }, onConfigChange(ctx) { throw new Error(ctx.getConfig('token')); } };`;
const plugins = { demo: { 'plugin.json': manifest, 'index.js': entry } };
const tables = ['plugins', 'plugin_config_revisions', 'plugin_events'];

/** Every row of the tables that settings leave traces in, as text. */
async function dump({ pool }: Database): Promise<string> {
  const texts: string[] = [];
  for (const table of tables) {
    const { rows } = await pool.query<{ text: string }>(`SELECT to_jsonb(t)::text AS text FROM "${table}" t`);
    expect(rows.length).toBeGreaterThan(0);
    texts.push(...rows.map(({ text }) => text));
  }
  return texts.join('\n');
}

function describeConfiguration(name: string, open: () => Promise<Disposable<Database>>): void {
  describe(`settings in the database: ${name}`, () => {
    it('no secret is in any row; a later host reads them all', async () => {
      const database = await open();
      const stores = createPrismaStores(database.value);
      const secretKey = 'a key of more than 16 characters';
      const db: { ctx?: { getConfig(key: string): unknown }; [guardsItself]: true } = { [guardsItself]: true };
      {
        await using test = await createTestHost({ plugins, stores, db, secretKey });
        await test.host.config.update('demo', { token: 'planted-1', smtp: { pass: 'planted-2' } });
        await test.host.config.update('demo', { token: 'planted-3' });
        await test.host.config.restore('demo', 1);
        await test.host.stop();
        const rows = await dump(database.value);
        expect(rows).toContain('$encrypted');
        expect(rows).toContain('[secret]');
        expect(rows).not.toContain('planted');
        await using later = await createTestHost({ folder: test.folder, stores, db, secretKey });
        expect([db.ctx?.getConfig('token'), db.ctx?.getConfig('smtp.pass')]).toEqual(['planted-1', 'planted-2']);
        expect(later.host.config.state('demo').revision).toBe(3);
        expect((await later.host.config.revisions('demo')).map(({ revision, keys }) => [revision, keys])).toEqual([
          [3, ['token']],
          [2, ['token']],
          [1, ['smtp', 'token']],
        ]);
      }
      await database.dispose();
    });

    it('two hosts save different keys at once and lose none; from one revision only one of them saves', async () => {
      const database = await open();
      const stores = createPrismaStores(database.value);
      {
        await using one = await createTestHost({ plugins, stores, db: { [guardsItself]: true } });
        await using two = await createTestHost({ folder: one.folder, stores, db: { [guardsItself]: true } });
        const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
        await Promise.all(
          keys.map((key, index) => (index % 2 ? one : two).host.config.update('demo', { [key]: index })),
        );
        const record = await stores.plugins.get('demo');
        expect(record?.config).toEqual(Object.fromEntries(keys.map((key, index) => [key, index])));
        const expectedRevision = record?.configRevision ?? 0;
        const saves = [one, two].map(({ host }, index) =>
          host.config.update('demo', { size: 10 + index }, { expectedRevision }),
        );
        const results = await Promise.allSettled(saves);
        expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
        const lost = results.find((result) => result.status === 'rejected');
        expect(lost?.reason).toMatchObject({
          code: 'CONFIG_CONFLICT',
          details: { expected: expectedRevision, keys: [{ key: 'size', before: 1 }] },
        });
      }
      await database.dispose();
    });
  });
}

describeConfiguration('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeConfiguration('postgres', openPostgres));
