import type { PluginGraph } from '@catalyst-plugins/react';
import type { GalleryState } from '../gallery-state.ts';
import { usualHost } from './usual-host.ts';

const group = 'All plugins';

const circle: PluginGraph = {
  nodes: ['chat', 'presence'].map((name) => ({
    name,
    displayName: name === 'chat' ? 'Chat' : 'Presence',
    version: '1.0.0',
    state: 'blocked',
    enabled: true,
  })),
  edges: [
    { from: 'chat', to: 'presence', range: '^1.0.0', optional: false, problem: 'needs it too' },
    { from: 'presence', to: 'chat', range: '^1.0.0', optional: false, problem: 'needs it too' },
  ],
  cycles: [['chat', 'presence', 'chat']],
};

/** The pages about all plugins. */
export const hostStates: readonly GalleryState[] = [
  { id: 'graph', group, title: 'Dependencies', data: usualHost, path: '/graph', shows: '[data-pk-part=graph]' },
  {
    id: 'graph-circle',
    group,
    title: 'Dependencies in a circle',
    data: { ...usualHost, graph: circle },
    path: '/graph',
    shows: '[data-pk-part=graph]',
  },
  {
    id: 'graph-nothing',
    group,
    title: 'Nobody needs anybody',
    data: { ...usualHost, graph: { nodes: [], edges: [], cycles: [] } },
    path: '/graph',
    shows: '.pk-stack .pk-text',
  },
  { id: 'activity', group, title: 'Activity', data: usualHost, path: '/audit', shows: '[data-pk-part=audit]' },
];
