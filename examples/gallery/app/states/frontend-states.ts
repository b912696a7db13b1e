import type { FrontendManifest } from '@catalyst-plugins/react';
import type { MockData } from '@catalyst-plugins/react/testing';
import type { GalleryState } from '../gallery-state.ts';
import { healthyHost } from './usual-host.ts';

const group = 'What plugins show';
const notice = '[data-pk-part=tab-overview] [data-pk-part=error]';

/** How the overview says that a frontend did not load; `words` are those of the browser or the plugin. */
function failure(kind: string, title: string, data: MockData, words: readonly string[] = []): GalleryState {
  const path = '/ticketing';
  return { id: `frontend-${kind}`, group, title, data, path, shows: notice, words: [kind, ...words] };
}

/** What plugins show on their own pages, and what is said where that fails. */
export const frontendStates: readonly GalleryState[] = [
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
  { ...failure('http', 'The server refused it', withFrontend('missing'), ['HTTP 404']), tells: /404/ },
  failure('evaluation', 'Its code failed', withFrontend('throws'), ['The board has no colours.']),
  failure('invalid-module', 'It is none', withFrontend('nothing'), [
    'it exports neither a frontend as default nor tabs, routes, slots or widgets',
  ]),
  failure('shared-missing', 'It needs what is not shared', withFrontend('needs'), ['This page does not share "vue".']),
  failure('version', 'It is too new', withFrontend('board', 'v2'), ['v2 ≠ v1']),
  failure('unserved', 'The server cannot serve it', {
    ...healthyHost,
    frontends: {
      frontends: [],
      broken: [
        {
          plugin: 'ticketing',
          displayName: 'Ticketing',
          version: '2.1.0',
          code: 'MODULE_FAILED',
          message: 'ui/index.tsx:12:3: Unexpected "<".',
        },
      ],
    },
  }),
  {
    id: 'frontend-off',
    group,
    title: 'It was turned off on this page',
    data: withFrontend('throws'),
    path: '/ticketing',
    shows: notice,
    async act({ click, see }) {
      await click(`${notice} .pk-button:nth-of-type(2)`);
      await see('[data-pk-part=frontend-off]');
    },
  },
];

function withFrontend(file: string, shared = 'v1'): MockData {
  const frontend: FrontendManifest['frontends'][number] = {
    plugin: 'ticketing',
    displayName: 'Ticketing',
    version: '2.1.0',
    hash: file,
    entry: `./frontends/${file}.js`,
    css: [],
    shared,
  };
  return { ...healthyHost, frontends: { frontends: [frontend], broken: [] } };
}
