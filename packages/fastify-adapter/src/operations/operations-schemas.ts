import { z } from 'zod';

const state = z.enum(['loading', 'active', 'reloading', 'unloading', 'failed', 'disabled']);
const overall = z.enum(['healthy', 'degraded', 'unhealthy']);
const timestamp = z.int().describe('Seconds since the epoch.');
const values = z.record(z.string(), z.unknown());

const health = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy', 'transitioning', 'unknown']),
    state,
    last_check: z.int().describe('Seconds since the epoch; 0 before the first check.'),
    checks: z.object({ active_requests: z.int() }),
  })
  .meta({ id: 'OperationsPluginHealth' });

/** The JSON shapes of the operations API. */
export const operationsSchemas = {
  query: z.object({ plugin: z.string().min(1).max(200).describe('Name of the plugin.') }),
  body: values
    .refine((body) => Object.keys(body).length > 0, 'there are no settings in it')
    .describe('The settings to change, or `{ "config": … }` with them; the others stay.'),
  status: z.object({
    plugin_system: z.object({
      enabled: z.boolean(),
      total_plugins: z.int(),
      active_plugins: z.int(),
      plugin_dir: z.string(),
      active_requests: z.int(),
      plugin_states: z.record(z.string(), state),
    }),
    health_status: z.object({
      healthy_count: z.int(),
      unhealthy_count: z.int(),
      total_count: z.int(),
      overall_status: overall,
    }),
    uptime: z.string().describe('For example `2h15m30s`.'),
    timestamp,
    draining: z.object({ timeout: z.string(), poll_interval: z.string() }),
  }),
  list: z.object({
    plugins: z.array(z.object({ name: z.string(), status: state, health })),
    total_count: z.int(),
    timestamp,
  }),
  health: z.object({ overall_status: overall, plugins: z.record(z.string(), health), timestamp }),
  done: z.object({ plugin: z.string(), status: z.literal('success'), message: z.string(), timestamp }),
  config: z.object({ plugin: z.string(), config: values, timestamp }),
} as const;
