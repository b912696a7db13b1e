import type { PluginDetail } from '@catalyst-plugins/react';
import { ticketing } from '../data/plugins.ts';
import { ago } from '../data/times.ts';
import type { GalleryState } from '../gallery-state.ts';
import { unreachable } from './refusals.ts';
import { usualHost } from './usual-host.ts';

const group = 'Overview';
const shows = '[data-pk-part=tab-overview] [data-pk-part=permissions]';

const worn: PluginDetail = {
  ...ticketing,
  warnings: [
    { pointer: '/config/hoursToAnswer', message: 'has no description', code: 'CONFIG_UNDESCRIBED' },
    { pointer: '/backend', message: 'has a member "main" that means nothing' },
  ],
  lastFailure: {
    code: 'HEALTH_FAILED',
    message: 'The new generation of "ticketing" is not healthy: no connection to the mail server.',
    hint: 'The old one goes on serving; correct what health() complains about, then reload.',
    during: 'reload',
    at: ago(640),
  },
  leftBehind: [
    {
      generation: 6,
      at: ago(3_120),
      count: 3,
      resources: [
        { label: 'interval at index.js:12', count: 2, closed: true },
        { label: 'server at lib/mail.js:7', count: 1, closed: true },
      ],
    },
  ],
};

/** The first tab of a plugin. */
export const overviewStates: readonly GalleryState[] = [
  { id: 'overview', group, title: 'It runs', data: usualHost, path: '/ticketing', shows },
  {
    id: 'overview-worn',
    group,
    title: 'It runs, with warnings and a failure',
    data: { ...usualHost, plugins: usualHost.plugins?.map((plugin) => (plugin === ticketing ? worn : plugin)) },
    path: '/ticketing',
    shows,
    async act({ see }) {
      await see('details:nth-of-type(2)');
      for (const details of document.querySelectorAll('details')) details.open = true;
      await see('details[open] .pk-names');
    },
  },
  { id: 'overview-failed', group, title: 'It failed', data: usualHost, path: '/thumbnails', shows },
  { id: 'overview-blocked', group, title: 'It waits for another', data: usualHost, path: '/reports', shows },
  { id: 'overview-draining', group, title: 'It waits for its calls', data: usualHost, path: '/mailer', shows },
  { id: 'overview-disabled', group, title: 'It is disabled', data: usualHost, path: '/themes', shows },
  {
    id: 'overview-missing',
    group,
    title: 'There is no such plugin',
    data: usualHost,
    path: '/calendar',
    shows: '[data-pk-part=missing]',
  },
  {
    id: 'overview-loading',
    group,
    title: 'Loading',
    held: ['list', 'get'],
    path: '/ticketing',
    shows: '[data-pk-part=loading]',
  },
  {
    id: 'overview-error',
    group,
    title: 'Could not be loaded',
    refusals: [{ method: 'list', error: unreachable }],
    path: '/ticketing',
    shows: '[data-pk-part=error]',
  },
];
