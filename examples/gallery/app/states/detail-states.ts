import type { FrontendManifest } from '@catalyst-plugins/react';
import type { MockData } from '@catalyst-plugins/react/testing';
import type { GalleryState } from '../gallery-state.ts';
import { storeAway, unreachable } from './refusals.ts';
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
    id: 'logs-error',
    group,
    title: 'Logs could not be loaded',
    data: usualHost,
    path: '/ticketing/logs',
    refusals: [{ method: 'logs', error: unreachable }],
    shows: '[data-pk-part=log] [data-pk-part=error]',
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
    id: 'health-loading',
    group,
    title: 'Health is loading',
    data: usualHost,
    held: ['health', 'metricSeries'],
    path: '/ticketing/health',
    shows: '[data-pk-part=loading]',
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
  {
    id: 'plugin-tab',
    group,
    title: 'A tab that the plugin adds',
    data: withFrontend('board'),
    path: '/ticketing/x-board',
    shows: '[data-pk-part=tab-x-board] li',
    words: ['Board', 'New · 4', 'Open · 11', 'Waiting · 3'],
  },
  {
    id: 'plugin-tab-crashed',
    group,
    title: 'A tab of the plugin that failed',
    data: withFrontend('crash'),
    path: '/ticketing/x-board',
    shows: '[data-pk-part=tab-x-board] [data-pk-part=error]',
    words: ['Board', 'The board has no columns.', 'render'],
    // React tells of what a boundary has caught
    tells: /The board has no columns|The above error occurred/,
  },
];

function withFrontend(file: string): MockData {
  const frontend: FrontendManifest['frontends'][number] = {
    plugin: 'ticketing',
    displayName: 'Ticketing',
    version: '2.1.0',
    hash: file,
    entry: `./frontends/${file}.js`,
    css: [],
    shared: 'v1',
  };
  return { ...healthyHost, frontends: { frontends: [frontend], broken: [] } };
}
