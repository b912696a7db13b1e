import { PluginApiError } from '@catalyst-plugins/react';
import { ticketing } from '../data/plugins.ts';
import type { GalleryState } from '../gallery-state.ts';
import { healthyHost } from './usual-host.ts';

const group = 'Dialogs';
const header = '[data-pk-part=header]';
const dialog = 'dialog[open]';

const dependants = new PluginApiError('Plugin "ticketing" cannot become 3.0.0: "search" would lose what they need.', {
  code: 'DEPENDANTS_ACTIVE',
  status: 409,
  details: { dependants: [{ name: 'search' }, { name: 'billing' }] },
});
const consent = new PluginApiError('Plugin "ticketing" asks for permissions that nobody has decided about.', {
  code: 'CONSENT_REQUIRED',
  status: 409,
  details: {
    permissions: [
      { permission: 'network:api.maps.example', description: 'Looks up addresses.' },
      { permission: 'storage:files', description: null },
    ],
  },
});

/** The questions that the panel asks. */
export const dialogStates: readonly GalleryState[] = [
  {
    id: 'dialog-disable',
    group,
    title: 'Disable what others need',
    data: healthyHost,
    path: '/ticketing',
    shows: header,
    async act({ click, see }) {
      // known as soon as the card is
      await see('[data-pk-part=tab-overview] .pk-names');
      await click(`${header} [data-pk-part=switch]`);
      await see(dialog);
    },
  },
  {
    id: 'dialog-cascade',
    group,
    title: 'A reload that others would not outlive',
    data: healthyHost,
    path: '/ticketing',
    refusals: [{ method: 'reload', error: dependants }],
    shows: header,
    async act({ click, see }) {
      await click(`${header} .pk-actions .pk-button`);
      await see(dialog);
    },
  },
  {
    id: 'dialog-consent',
    group,
    title: 'Permissions are asked for',
    data: {
      ...healthyHost,
      plugins: healthyHost.plugins?.map((plugin) =>
        plugin === ticketing ? { ...plugin, state: 'disabled' as const, enabled: false, activeRequests: 0 } : plugin,
      ),
    },
    path: '/ticketing',
    refusals: [{ method: 'enable', error: consent }],
    shows: header,
    async act({ click, see }) {
      await click(`${header} [data-pk-part=switch]`);
      await see(dialog);
    },
  },
  {
    id: 'dialog-restore',
    group,
    title: 'Restore earlier settings',
    data: healthyHost,
    path: '/ticketing/config',
    shows: '[data-pk-part=config]',
    async act({ click, see }) {
      await click('[data-pk-part=tab-config] .pk-filter:nth-of-type(3)');
      await click('[data-pk-part=config-history] li:nth-of-type(3) .pk-button');
      await see(dialog);
    },
  },
  {
    id: 'dialog-reset',
    group,
    title: 'Reset the settings',
    data: healthyHost,
    path: '/ticketing/danger',
    shows: '[data-tone=danger] .pk-permission',
    async act({ click, see }) {
      await click('[data-tone=danger] > .pk-actions .pk-button');
      await see(dialog);
    },
  },
  {
    id: 'dialog-rollback',
    group,
    title: 'Back to an earlier release',
    data: healthyHost,
    path: '/ticketing/danger',
    shows: '[data-tone=danger] .pk-permission',
    async act({ click, see }) {
      await click('.pk-permission .pk-button');
      await see(dialog);
    },
  },
  {
    id: 'dialog-clear',
    group,
    title: 'Delete what a plugin has stored',
    data: healthyHost,
    path: '/themes/danger',
    shows: '[data-tone=danger]:last-of-type .pk-actions',
    async act({ click, type, see }) {
      await click('[data-tone=danger]:last-of-type > .pk-actions .pk-button');
      await type(`${dialog} input`, 'themes');
      await see(`${dialog} [data-kind=danger]:not(:disabled)`);
    },
  },
];
