import { wellTicketing } from '../data/health.ts';
import { onePluginInEachState } from '../data/every-state.ts';
import { graphOf } from '../data/relations.ts';
import { worriedHealth, worriedPlugins } from '../data/worried-plugins.ts';
import type { GalleryState } from '../gallery-state.ts';
import { hookFailed, misunderstood, storeAway, unreachable } from './refusals.ts';
import { healthyHost, usualHost } from './usual-host.ts';

const group = 'List';
const table = '[data-pk-part=table]';
const wellHost = { ...healthyHost, health: { ...healthyHost.health, ticketing: wellTicketing } };

/** The list of all plugins. */
export const listStates: readonly GalleryState[] = [
  { id: 'list', group, title: 'A usual day', data: usualHost, shows: table },
  { id: 'list-healthy', group, title: 'Everything runs', data: wellHost, shows: table },
  {
    id: 'list-states',
    group,
    title: 'One plugin in each state',
    data: { ...usualHost, plugins: onePluginInEachState, graph: graphOf(onePluginInEachState) },
    shows: table,
  },
  {
    id: 'list-read-only',
    group,
    title: 'Somebody who may only look',
    data: { ...usualHost, rights: { id: 'ben', permissions: ['plugins.read'] } },
    shows: '[data-pk-part=rights]',
  },
  { id: 'list-empty', group, title: 'No plugins', shows: '[data-pk-part=empty]' },
  { id: 'list-loading', group, title: 'Loading', held: ['list'], shows: '[data-pk-part=loading]' },
  {
    id: 'list-error',
    group,
    title: 'Could not be loaded',
    refusals: [{ method: 'list', error: storeAway }],
    shows: '[data-pk-part=error]',
  },
  {
    id: 'list-misunderstood',
    group,
    title: 'Something else has answered',
    refusals: [{ method: 'list', error: misunderstood }],
    shows: '[data-pk-part=error]',
    words: ['Bad Gateway'],
  },
  {
    id: 'list-not-known',
    group,
    title: 'Figures and health are loading',
    data: usualHost,
    held: ['metrics', 'healthOfAll'],
    shows: table,
  },
  {
    id: 'list-attention',
    group,
    title: 'Some run, and need somebody all the same',
    data: { ...usualHost, plugins: worriedPlugins, health: worriedHealth },
    shows: '[data-pk-part=attention] [data-pk-part=health-status]',
  },
  {
    id: 'list-unwell',
    group,
    title: 'Those that are not well',
    data: usualHost,
    path: '/?state=unwell',
    shows: table,
  },
  {
    id: 'list-connecting',
    group,
    title: 'The connection is being made',
    data: usualHost,
    shows: table,
    async act({ client, see }) {
      client.setConnection('connecting');
      await see('[data-pk-part=connection][data-state=connecting]');
    },
  },
  {
    id: 'list-empty-offline',
    group,
    title: 'No plugins, and the connection is gone',
    shows: '[data-pk-part=empty]',
    async act({ client, see }) {
      client.setConnection('offline');
      await see('[data-pk-part=offline]');
    },
  },
  {
    id: 'list-offline',
    group,
    title: 'The connection is gone',
    data: usualHost,
    shows: table,
    async act({ client, see }) {
      client.setConnection('offline');
      await see('[data-pk-part=offline]');
    },
  },
  {
    id: 'list-stale',
    group,
    title: 'What is shown may be old',
    data: usualHost,
    shows: table,
    async act({ client, see }) {
      client.fail('list', storeAway);
      client.emit({ type: 'plugin:enabled', plugin: 'backups' });
      await see('[data-pk-part=offline]');
    },
  },
  {
    id: 'list-no-match',
    group,
    title: 'Filtered to nothing',
    data: usualHost,
    path: '/?q=calendar',
    shows: '[data-pk-part=no-match]',
  },
  {
    id: 'list-filtered',
    group,
    title: 'Filtered by state, sorted by it',
    data: usualHost,
    path: '/?state=active&sort=state',
    shows: table,
  },
  {
    id: 'list-selected',
    group,
    title: 'Some are chosen',
    data: usualHost,
    shows: table,
    async act({ click, see }) {
      for (const name of ['accounts', 'search', 'ticketing']) await click(checkOf(name));
      await see('[data-pk-part=bulk]');
    },
  },
  {
    id: 'list-bulk',
    group,
    title: 'What a command for many came to',
    data: usualHost,
    refusals: [{ method: 'reload', error: hookFailed, once: true }],
    shows: table,
    async act({ click, see }) {
      for (const name of ['accounts', 'search', 'ticketing']) await click(checkOf(name));
      await click('[data-pk-part=bulk] .pk-button:nth-of-type(3)');
      await see('[data-pk-part=bulk-results][aria-busy=false]');
    },
  },
  {
    id: 'list-command-failed',
    group,
    title: 'A switch went back',
    data: wellHost,
    refusals: [{ method: 'enable', error: unreachable }],
    shows: table,
    async act({ click, see }) {
      await click('[data-plugin=themes] [data-pk-part=switch]');
      await see('[data-plugin=themes] [data-pk-part=error]');
    },
  },
];

function checkOf(plugin: string): string {
  return `[data-plugin=${plugin}] .pk-check`;
}
