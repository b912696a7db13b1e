import type { MetricsQuery, MetricsRow, MetricsStep, MetricsStore } from '@catalyst-plugins/core';
import type { SqlStatements } from './prisma-store-client.ts';
import { translateErrors } from './store-error.ts';

// One statement for all plugins. The lock on a plugin keeps it from being removed between the join and the insertion.
const insertRows = `
  INSERT INTO plugin_metrics (
    plugin_name, request_count, error_count, total_response_time_ms, avg_response_time_ms, cpu_usage_percent,
    interval_ms, latency, counts, recorded_at
  )
  SELECT
    plugins.name, requests, errors, round("totalMs"), round(("totalMs" / nullif(requests, 0))::numeric, 3),
    round(least(100 * coalesce((counts->>'busyMs')::numeric, 0) / nullif("intervalMs", 0), 100), 2),
    "intervalMs", latency, jsonb_build_object('sums', counts, 'peaks', peaks), at
  FROM jsonb_to_recordset($1::text::jsonb) AS span (
    plugin text, at timestamptz, "intervalMs" integer, requests bigint, errors bigint, "totalMs" double precision,
    latency jsonb, counts jsonb, peaks jsonb
  )
  JOIN plugins ON plugins.name = span.plugin
  FOR KEY SHARE OF plugins`;

const selectSteps = `
  WITH spans AS (
    SELECT
      floor((extract(epoch FROM recorded_at) * 1000 - interval_ms) / $4::bigint)::bigint AS step,
      interval_ms, request_count, error_count, total_response_time_ms, latency, counts
    FROM plugin_metrics
    WHERE plugin_name = $1
      AND recorded_at <= $3::timestamptz
      AND recorded_at - interval_ms * interval '1 millisecond' >= $2::timestamptz
      -- spans have an end, so that the index finds where to begin
      AND recorded_at >= $2::timestamptz
  ), buckets AS (
    SELECT step, jsonb_agg(total ORDER BY position) AS latency
    FROM (
      SELECT step, position, sum(value::bigint) AS total
      FROM spans, jsonb_array_elements_text(latency) WITH ORDINALITY AS bucket (value, position)
      GROUP BY step, position
    ) AS totals
    GROUP BY step
  ), sums AS (
    SELECT step, jsonb_object_agg(key, total) AS counts
    FROM (
      SELECT step, key, sum(value::numeric) AS total
      FROM spans, jsonb_each_text(coalesce(counts->'sums', '{}'))
      GROUP BY step, key
    ) AS totals
    GROUP BY step
  ), highest AS (
    SELECT step, jsonb_object_agg(key, top) AS peaks
    FROM (
      SELECT step, key, max(value::numeric) AS top
      FROM spans, jsonb_each_text(coalesce(counts->'peaks', '{}'))
      GROUP BY step, key
    ) AS tops
    GROUP BY step
  ), steps AS (
    SELECT
      step, sum(interval_ms)::double precision AS covered, sum(request_count)::double precision AS requests,
      sum(error_count)::double precision AS errors, sum(total_response_time_ms)::double precision AS total
    FROM spans
    GROUP BY step
  )
  SELECT
    (step * $4::bigint)::double precision AS at, covered, requests, errors, total,
    coalesce(latency, '[]') AS latency, coalesce(counts, '{}') AS counts, coalesce(peaks, '{}') AS peaks
  FROM steps LEFT JOIN buckets USING (step) LEFT JOIN sums USING (step) LEFT JOIN highest USING (step)
  ORDER BY step`;

const deleteRows = `
  DELETE FROM plugin_metrics WHERE id IN (
    SELECT id FROM plugin_metrics WHERE recorded_at < $1::timestamptz ORDER BY recorded_at LIMIT $2::integer
  )`;

interface StepRow extends Pick<MetricsStep, 'requests' | 'errors' | 'latency' | 'counts' | 'peaks'> {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly covered: number;
  readonly total: number;
}

/** The metrics in the table `plugin_metrics`. */
export class PrismaMetricsStore implements MetricsStore {
  readonly #client: SqlStatements;

  constructor(client: SqlStatements) {
    this.#client = client;
  }

  async append(rows: readonly MetricsRow[]): Promise<number> {
    if (rows.length === 0) return 0;
    return translateErrors(undefined, async () => this.#client.$executeRawUnsafe(insertRows, JSON.stringify(rows)));
  }

  async series({ plugin, since, until, stepMs }: MetricsQuery): Promise<MetricsStep[]> {
    const times = [since.toISOString(), until.toISOString()];
    const rows = await translateErrors(plugin, async () =>
      this.#client.$queryRawUnsafe<StepRow[]>(selectSteps, plugin, ...times, stepMs),
    );
    return rows.map(({ at, covered, requests, errors, total, latency, counts, peaks }) => ({
      at: new Date(at),
      coveredMs: covered,
      requests,
      errors,
      totalMs: total,
      latency,
      counts,
      peaks,
    }));
  }

  async prune(before: Date, limit: number): Promise<number> {
    return translateErrors(undefined, async () =>
      this.#client.$executeRawUnsafe(deleteRows, before.toISOString(), limit),
    );
  }
}
