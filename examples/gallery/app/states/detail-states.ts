import type { GalleryState } from '../gallery-state.ts';
import { storeAway } from './refusals.ts';
import { healthyHost, usualHost } from './usual-host.ts';

const group = 'Tabs';

/** The other tabs of a plugin. */
export const detailStates: readonly GalleryState[] = [
  {
    id: 'runtime',
    group,
    title: 'Routes & tasks',
    data: healthyHost,
    path: '/ticketing/runtime',
    shows: '[data-pk-part=tasks] .pk-task',
    async act({ click, see }) {
      await click('.pk-task summary');
      await see('.pk-task details .pk-names li');
    },
  },
  {
    id: 'runtime-nothing',
    group,
    title: 'No routes, no tasks',
    data: { ...usualHost, tasks: [] },
    path: '/backups/runtime',
    shows: '[data-pk-part=routes]',
  },
  {
    id: 'logs',
    group,
    title: 'Logs with errors',
    data: healthyHost,
    path: '/ticketing/logs',
    shows: '.pk-log-line',
    async act({ click, see }) {
      await see('[data-pk-part=errors]');
      await click('[data-pk-part=errors] summary');
    },
  },
  {
    id: 'logs-nothing',
    group,
    title: 'No lines',
    data: usualHost,
    path: '/backups/logs',
    shows: '[role=log] .pk-text',
  },
  {
    id: 'health',
    group,
    title: 'Health & metrics',
    data: healthyHost,
    path: '/ticketing/health',
    shows: '[data-pk-part=chart]',
    async act({ see }) {
      await see('[data-pk-part=health]');
    },
  },
  {
    id: 'health-table',
    group,
    title: 'The numbers of a chart',
    data: healthyHost,
    path: '/ticketing/health',
    shows: '[data-pk-part=chart]',
    async act({ click, see }) {
      await see('[data-pk-part=health]');
      await click('[data-pk-part=chart] summary');
      await see('.pk-chart-table');
    },
  },
  {
    id: 'audit',
    group,
    title: 'Audit',
    data: healthyHost,
    path: '/ticketing/audit',
    shows: '[data-pk-part=audit]',
    act: ({ click }) => click('[data-pk-part=audit] summary'),
  },
  {
    id: 'audit-diff',
    group,
    title: 'What a change of settings did',
    data: healthyHost,
    path: '/ticketing/audit',
    shows: '[data-pk-part=audit]',
    async act({ click, see }) {
      await click('[data-pk-part=audit] details:has(+ .pk-button) > summary');
      await see('[data-pk-part=audit] details[open]:has(+ .pk-button)');
    },
  },
  { id: 'audit-nothing', group, title: 'No entries', data: usualHost, path: '/search/audit', shows: '[role=search]' },
  {
    id: 'danger',
    group,
    title: 'Danger zone',
    data: healthyHost,
    path: '/ticketing/danger',
    shows: '[data-tone=danger] .pk-permission',
  },
  {
    id: 'danger-nothing',
    group,
    title: 'Nothing to go back to',
    data: usualHost,
    path: '/search/danger',
    refusals: [{ method: 'config', error: storeAway }],
    shows: '[data-tone=danger]',
  },
];
