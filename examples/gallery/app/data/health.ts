import type { HealthCheck, PluginHealthReport } from '@catalyst-plugins/react';
import { makeCheck, makeHealth } from '@catalyst-plugins/react/testing';
import { ago, chance } from './times.ts';

function historyOf(seed: number, worst: HealthCheck['outcome']): readonly HealthCheck[] {
  return Array.from({ length: 60 }, (_, index) => {
    const isBad = worst !== 'passed' && chance(seed + index) > 0.9;
    return makeCheck({
      at: ago(index * 30 + 8),
      ms: Math.round(2 + 4 * chance(index)),
      ...(isBad ? { outcome: worst, message: 'smtp took 812 ms', status: 'degraded' } : {}),
    });
  });
}

const checks: HealthCheck['checks'] = [
  { name: 'database', status: 'healthy', message: null, ms: 3 },
  { name: 'smtp', status: 'degraded', message: 'took longer than 500 ms', ms: 812 },
];
const [, ...earlier] = historyOf(5, 'warned');

/** One that works, but not as it should. */
const ticketingHealth: PluginHealthReport = makeHealth('ticketing', {
  status: 'degraded',
  message: 'smtp took longer than 500 ms',
  activeRequests: 3,
  lastError: { message: 'The mail server closed the connection.', where: 'send.js:18:9', at: ago(2_400) },
  history: [
    makeCheck({ at: ago(8), outcome: 'warned', status: 'degraded', message: 'smtp took 812 ms', ms: 815, checks }),
    ...earlier,
  ],
});

/** How it is on a good day. */
export const wellTicketing: PluginHealthReport = makeHealth('ticketing', { history: historyOf(5, 'passed') });

/** How all plugins are that run. */
export const usualHealth: Readonly<Record<string, PluginHealthReport>> = {
  ticketing: ticketingHealth,
  accounts: makeHealth('accounts', { history: historyOf(1, 'passed') }),
  backups: makeHealth('backups', { history: historyOf(2, 'passed') }),
  billing: makeHealth('billing', { history: historyOf(3, 'failed') }),
  mailer: makeHealth('mailer', { status: 'transitioning', history: historyOf(4, 'passed') }),
  search: makeHealth('search', { history: historyOf(6, 'passed') }),
  reports: makeHealth('reports', { state: 'blocked', status: 'unhealthy', history: [] }),
  themes: makeHealth('themes', { state: 'disabled', status: 'unknown', history: [] }),
  thumbnails: makeHealth('thumbnails', { state: 'failed', status: 'unhealthy', history: [] }),
};
