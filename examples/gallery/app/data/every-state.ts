import type { PluginDetail } from '@catalyst-plugins/react';
import { makePlugin } from '@catalyst-plugins/react/testing';
import { drainingMailer, reports, search, themes, thumbnails, ticketing } from './plugins.ts';

/** One plugin in each state that there is. */
export const onePluginInEachState: readonly PluginDetail[] = [
  ticketing,
  drainingMailer,
  reports,
  thumbnails,
  themes,
  { ...search, state: 'reloading' },
  makePlugin('chat', {
    version: '0.4.1',
    description: 'Talks with customers while they wait.',
    author: 'Acme',
    state: 'retrying',
    generation: null,
    reason: {
      code: 'RETRY_LATER',
      message: 'Plugin "chat" asked to be tried again: the message broker does not answer. Next try in 12 s.',
      hint: 'Nothing to do: it is tried again with growing pauses. Enable it to try at once.',
    },
  }),
  makePlugin('maps', {
    version: '2.0.0',
    description: 'Where tickets come from.',
    author: 'Geo & Sons',
    state: 'quarantined',
    generation: null,
    reason: {
      code: 'PLUGIN_QUARANTINED',
      message: 'Plugin "maps" crashed 5 times in 10 min, last at index.js:41:11: Cannot read properties of undefined.',
      hint: 'Correct the plugin: a changed folder starts it again. Enable it to try the same release once more.',
    },
  }),
  makePlugin('importer', {
    version: '1.0.1',
    description: 'Takes over tickets of other systems.',
    author: 'Acme',
    state: 'loading',
    generation: null,
  }),
  makePlugin('legacy-export', {
    displayName: 'Legacy export',
    version: '0.1.0',
    description: 'Files as the old system wants them.',
    author: 'Acme',
    state: 'unloading',
    enabled: false,
  }),
];
