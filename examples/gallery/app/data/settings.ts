import type { JsonObject, PluginConfigRevision, PluginConfigState } from '@catalyst-plugins/react';
import { makeConfig } from '@catalyst-plugins/react/testing';
import { ago } from './times.ts';

const properties: JsonObject = {
  greeting: { type: 'string', title: 'Greeting', description: 'Said to whoever opens a ticket.', default: 'hello' },
  hoursToAnswer: { type: 'integer', title: 'Hours to answer', minimum: 1, maximum: 99, default: 24 },
  open: { type: 'boolean', title: 'Open', description: 'Whether tickets can be opened.', default: true },
  tone: {
    title: 'Tone',
    oneOf: [
      { const: 'calm', title: 'Calm' },
      { const: 'formal', title: 'Formal' },
    ],
    default: 'calm',
  },
  days: { type: 'array', title: 'Days', items: { enum: ['mon', 'tue', 'wed', 'thu', 'fri'] }, default: [] },
  signature: { type: 'string', title: 'Signature', default: 'Your support' },
  region: { type: 'string', title: 'Region', default: 'north' },
  apiKey: { type: 'string', title: 'API key', writeOnly: true },
  smtp: {
    type: 'object',
    title: 'Mail server',
    properties: {
      host: { type: 'string', title: 'Host', default: 'localhost' },
      port: { type: 'integer', title: 'Port', minimum: 1, default: 25 },
      password: { type: 'string', title: 'Password', writeOnly: true },
    },
  },
  cities: { type: 'array', title: 'Cities', items: { type: 'string' }, default: [] },
  rules: { title: 'Rules', anyOf: [{ type: 'object' }, { type: 'boolean' }], default: {} },
};

/** Settings with every kind of field, a secret and a lock. */
export const ticketingSettings: PluginConfigState = makeConfig({
  revision: 17,
  config: {
    greeting: 'bonjour',
    hoursToAnswer: 24,
    open: true,
    tone: 'calm',
    days: ['mon', 'tue', 'wed'],
    signature: 'Your support',
    region: 'south',
    apiKey: { $secret: 'set' },
    smtp: { host: 'smtp.example.com', port: 587, password: { $secret: 'set' } },
    cities: ['Rome', 'Lyon'],
    rules: { urgent: 4, high: 24 },
  },
  stored: ['greeting', 'days', 'apiKey', 'smtp', 'cities', 'rules'],
  schema: { type: 'object', properties, required: ['greeting'] },
  fields: {
    greeting: { type: 'string', label: 'Greeting' },
    hoursToAnswer: { type: 'integer', label: 'Hours to answer' },
    open: { type: 'boolean', label: 'Open' },
    tone: { type: 'select', label: 'Tone' },
    days: { type: 'array', label: 'Days' },
    signature: { type: 'text', label: 'Signature' },
    region: { type: 'string', label: 'Region' },
    apiKey: { type: 'password', label: 'API key' },
  },
  locked: [{ key: 'region', variable: 'PLUGIN_TICKETING_REGION' }],
  canTest: true,
});

/** What was saved before. */
export const ticketingRevisions: readonly PluginConfigRevision[] = [
  { revision: 17, actor: 'ana', savedAt: ago(172_800), keys: ['greeting', 'apiKey'], config: ticketingSettings.config },
  {
    revision: 16,
    actor: 'ben',
    savedAt: ago(604_800),
    keys: ['smtp'],
    config: { ...ticketingSettings.config, greeting: 'hello' },
  },
  {
    revision: 15,
    actor: 'ana',
    savedAt: ago(1_209_600),
    keys: ['days', 'cities', 'rules'],
    config: { greeting: 'hello', days: ['mon'], cities: [], smtp: { host: 'mail.example.com', port: 25 } },
  },
];
