import type { MockData } from '@catalyst-plugins/react/testing';
import { figuresOfAMinute, pointsOf } from '../data/figures.ts';
import { usualHealth } from '../data/health.ts';
import { drain, reloading } from '../data/operations.ts';
import { healthyPlugins, usualPlugins } from '../data/plugins.ts';
import { ticketingErrors, ticketingLog, ticketingRuns, ticketingTasks, usualAudit } from '../data/records.ts';
import { graphOf, ticketingPermissions } from '../data/relations.ts';
import { ticketingRevisions, ticketingSettings } from '../data/settings.ts';

/** A host on a usual day: most plugins run, some need somebody. */
export const usualHost: MockData = {
  plugins: usualPlugins,
  operations: [drain, reloading],
  graph: graphOf(usualPlugins),
  configs: { ticketing: ticketingSettings },
  revisions: { ticketing: ticketingRevisions },
  permissions: { ticketing: ticketingPermissions },
  logs: { ticketing: ticketingLog },
  errors: { ticketing: ticketingErrors },
  health: usualHealth,
  metrics: figuresOfAMinute()[0],
  points: Object.fromEntries(usualPlugins.map(({ name }) => [name, pointsOf(name)])),
  audit: usualAudit,
  tasks: ticketingTasks,
  taskRuns: ticketingRuns,
};

/** A host on a good day. */
export const healthyHost: MockData = {
  ...usualHost,
  plugins: healthyPlugins,
  operations: [],
  graph: graphOf(healthyPlugins),
};
