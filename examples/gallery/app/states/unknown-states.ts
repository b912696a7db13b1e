import type { ClientMethod, GalleryState } from '../gallery-state.ts';
import { storeAway, unreachable } from './refusals.ts';
import { usualHost } from './usual-host.ts';

const group = 'Not known';

/** A view, and what it asks the server. */
interface AskingView {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly methods: readonly ClientMethod[];
}

const views: readonly AskingView[] = [
  { id: 'overview-parts', title: 'Overview', path: '/ticketing', methods: ['get', 'graph', 'permissions'] },
  { id: 'config', title: 'Settings', path: '/ticketing/config', methods: ['config'] },
  { id: 'history', title: 'History', path: '/ticketing/config?view=history', methods: ['configRevisions'] },
  { id: 'runtime', title: 'Routes & tasks', path: '/ticketing/runtime', methods: ['get', 'tasks'] },
  { id: 'logs', title: 'Logs', path: '/ticketing/logs', methods: ['logs', 'errors', 'logLevel'] },
  { id: 'health', title: 'Health', path: '/ticketing/health', methods: ['health', 'metricSeries'] },
  { id: 'audit', title: 'Audit', path: '/ticketing/audit', methods: ['audit'] },
  { id: 'danger', title: 'Danger zone', path: '/ticketing/danger', methods: ['get', 'config'] },
  { id: 'graph', title: 'Dependencies', path: '/graph', methods: ['graph'] },
  { id: 'activity', title: 'Activity', path: '/audit', methods: ['audit'] },
];

/** That the view itself is here, and its data is not. */
const isLoading = '[data-pk-part=config-history], p[data-pk-part=loading]';

const waiting = views.flatMap(({ id, title, path, methods }): readonly GalleryState[] => [
  { id: `${id}-loading`, group, title: `${title}: loading`, data: usualHost, path, held: methods, shows: isLoading },
  {
    id: `${id}-refused`,
    group,
    title: `${title}: could not be loaded`,
    data: usualHost,
    path,
    refusals: methods.map((method) => ({ method, error: storeAway })),
    shows: '[data-pk-part=error]',
  },
]);

/** What is shown of each view while it is not known, and where it cannot be. */
export const unknownStates: readonly GalleryState[] = [
  ...waiting,
  {
    id: 'detail-offline',
    group,
    title: 'The page of a plugin without a connection',
    data: usualHost,
    path: '/ticketing/runtime',
    shows: '[data-pk-part=tasks] .pk-task',
    async act({ client, see }) {
      client.setConnection('offline');
      await see('[data-pk-part=offline]');
    },
  },
  {
    id: 'logs-not-saved',
    group,
    title: 'Neither a file nor a log level could be had',
    data: usualHost,
    path: '/ticketing/logs',
    refusals: [
      { method: 'exportLogs', error: unreachable },
      { method: 'setLogLevel', error: storeAway },
    ],
    shows: '.pk-log-line',
    async act({ click, choose, see }) {
      await click('[data-pk-part=log] .pk-toolbar > .pk-button:nth-of-type(3)');
      await see('[data-pk-part=log] [data-pk-part=error]');
      await choose('[data-pk-part=log] .pk-filter-field:last-of-type select', 'debug');
      await see('[data-pk-part=log] [data-pk-part=error] ~ [data-pk-part=error]');
    },
  },
  {
    id: 'activity-not-saved',
    group,
    title: 'The audit log could not be exported',
    data: usualHost,
    path: '/audit',
    refusals: [{ method: 'exportAudit', error: storeAway }],
    shows: '[data-pk-part=audit]',
    async act({ click, see }) {
      await click('.pk-stack > .pk-actions .pk-button');
      await see('.pk-stack > .pk-actions [data-pk-part=error]');
    },
  },
  {
    id: 'activity-nothing',
    group,
    title: 'Nothing has happened yet',
    data: { ...usualHost, audit: [] },
    path: '/audit',
    shows: '.pk-stack .pk-text',
  },
];
