import { newPlugin } from '@catalyst-plugins/core/testing/contracts';
import { describe, expect, it } from 'vitest';
import { createPrismaStores } from '../src/create-prisma-stores.ts';
import type { Database } from '../src/database.ts';
import { type Disposable, openEmbedded, openPostgres, postgresTitle, serverUrl } from './support/databases.ts';

function describeColumns(name: string, open: () => Promise<Disposable<Database>>): void {
  it(`${name}: a row of metrics has the times of answers and the share of the event loop in columns of their own`, async () => {
    const database = await open();
    try {
      const { plugins, metrics } = createPrismaStores(database.value);
      await plugins.add(newPlugin('demo'), []);
      const row = { plugin: 'demo', intervalMs: 60_000, errors: 1, latency: [3], peaks: {} };
      await metrics?.append([
        { ...row, at: new Date(60_000), requests: 3, totalMs: 100, counts: { busyMs: 15_000 } },
        { ...row, at: new Date(120_000), requests: 0, totalMs: 0, counts: {} },
      ]);
      const { rows } = await database.value.pool.query(`
        SELECT request_count::int, total_response_time_ms::int, avg_response_time_ms::text, cpu_usage_percent::text
        FROM plugin_metrics ORDER BY recorded_at`);
      expect(rows).toEqual([
        { request_count: 3, total_response_time_ms: 100, avg_response_time_ms: '33.333', cpu_usage_percent: '25.00' },
        { request_count: 0, total_response_time_ms: 0, avg_response_time_ms: null, cpu_usage_percent: '0.00' },
      ]);
    } finally {
      await database.dispose();
    }
  });
}

describeColumns('embedded', openEmbedded);
describe.skipIf(serverUrl === undefined)(postgresTitle, () => describeColumns('postgres', openPostgres));
