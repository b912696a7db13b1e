import { PluginApiError, type PluginConfigRevision } from '@catalyst-plugins/react';
import { ticketingRevisions, ticketingSettings } from '../data/settings.ts';
import { ago } from '../data/times.ts';
import type { GalleryState } from '../gallery-state.ts';
import type { Hands } from '../hands.ts';
import { storeAway } from './refusals.ts';
import { healthyHost, usualHost } from './usual-host.ts';

const group = 'Configuration';
const path = '/ticketing/config';
const form = '[data-pk-part=config]';
const submit = `${form} [type=submit]`;

const conflict = new PluginApiError('The settings of "ticketing" have changed since revision 17.', {
  code: 'CONFIG_CONFLICT',
  status: 409,
  hint: 'Read the settings again, and decide which of the values count.',
  details: {
    expected: 17,
    actual: 18,
    keys: [
      { key: 'greeting', before: 'bonjour', theirs: 'hi there', yours: 'good morning' },
      { key: 'hoursToAnswer', before: 24, theirs: 12, yours: 48 },
    ],
  },
});

const theirs: PluginConfigRevision = {
  revision: 18,
  actor: 'ben',
  savedAt: ago(20),
  keys: ['greeting', 'hoursToAnswer'],
  config: { ...ticketingSettings.config, greeting: 'hi there', hoursToAnswer: 12 },
};

const wrong = {
  ok: false,
  errors: [
    { pointer: '/hoursToAnswer', message: 'must be at least 1' },
    { pointer: '/smtp/port', message: 'is not reachable on smtp.example.com' },
  ],
  messages: ['The mail server was not reached.'],
} as const;

/** The settings of a plugin, in all their views. */
export const configStates: readonly GalleryState[] = [
  { id: 'config', group, title: 'As a form', data: healthyHost, path, shows: form },
  {
    id: 'config-changed',
    group,
    title: 'With changes that are not saved',
    data: healthyHost,
    path,
    shows: form,
    act: change,
  },
  {
    id: 'config-json',
    group,
    title: 'As JSON',
    data: healthyHost,
    path,
    shows: form,
    async act({ click, see }) {
      await click(viewNumber(2));
      await see('textarea[rows="16"]');
    },
  },
  {
    id: 'config-history',
    group,
    title: 'What was saved before',
    data: healthyHost,
    path,
    shows: form,
    async act({ click, see }) {
      await click(viewNumber(3));
      await see('[data-pk-part=config-history] .pk-permission');
    },
  },
  {
    id: 'config-review',
    group,
    title: 'What would change',
    data: healthyHost,
    path,
    shows: form,
    async act(hands) {
      await change(hands);
      await hands.click(submit);
      await hands.see('dialog[open]');
    },
  },
  {
    id: 'config-errors',
    group,
    title: 'What is wrong stands at its field',
    data: { ...healthyHost, configTests: { ticketing: wrong } },
    path,
    shows: form,
    async act(hands) {
      await change(hands);
      await hands.click(submit);
      await hands.see('.pk-field-error');
      // the focus goes to what is wrong, and the page with it; at its end no field is half below the bar
      await hands.see('[aria-invalid]:focus');
      scrollTo(0, document.body.scrollHeight);
    },
  },
  {
    id: 'config-conflict',
    group,
    title: 'Somebody else has saved',
    data: { ...healthyHost, revisions: { ticketing: [theirs, ...ticketingRevisions] } },
    path,
    refusals: [{ method: 'updateConfig', error: conflict }],
    shows: form,
    async act(hands) {
      await change(hands);
      await save(hands);
      await hands.see('[data-pk-part=conflict]');
    },
  },
  {
    id: 'config-not-saved',
    group,
    title: 'It was not saved',
    data: healthyHost,
    path,
    refusals: [{ method: 'updateConfig', error: storeAway }],
    shows: form,
    async act(hands) {
      await change(hands);
      await save(hands);
      await hands.see(`${form} [data-pk-part=error]`);
    },
  },
  {
    id: 'config-secret',
    group,
    title: 'A secret is replaced, another one cleared',
    data: healthyHost,
    path,
    shows: form,
    async act({ click, type, see }) {
      await click('[data-pk-pointer="/apiKey"] .pk-actions .pk-button');
      await type('[data-pk-pointer="/apiKey"] input', 'a new key');
      await click('[data-pk-pointer="/smtp/password"] .pk-actions .pk-button:nth-of-type(2)');
      await see('[data-pk-pointer="/smtp/password"] .pk-button:nth-of-type(2)');
    },
  },
  {
    id: 'config-unread',
    group,
    title: 'What is typed is no JSON yet',
    data: healthyHost,
    path: `${path}?view=json`,
    shows: form,
    async act({ click, type, see }) {
      await type('textarea[rows="16"]', '{ "greeting": ');
      await see('.pk-field-error');
      await click(viewNumber(1));
      await see('[data-pk-part=unread]');
    },
  },
  { id: 'config-nothing', group, title: 'No settings', data: usualHost, path: '/search/config', shows: form },
];

function viewNumber(place: number): string {
  return `[data-pk-part=tab-config] .pk-filter:nth-of-type(${place})`;
}

async function change({ type, see }: Hands): Promise<void> {
  await type('[data-pk-pointer="/greeting"] input', 'good morning');
  await type('[data-pk-pointer="/hoursToAnswer"] input', '48');
  await see(`${submit}[aria-disabled=false]`);
}

async function save({ click, see }: Hands): Promise<void> {
  await click(submit);
  await see('dialog[open]');
  await click('dialog [data-kind=primary]');
}
