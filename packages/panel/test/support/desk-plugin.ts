import { manifestOf, type PluginFiles } from '@catalyst-plugins/core/testing';

/** A plugin with settings of every kind; it refuses a greeting that shouts. */
export const deskPlugin: PluginFiles = {
  'plugin.json': manifestOf('desk', {
    displayName: 'Desk',
    config: {
      greeting: { type: 'string', default: 'hello', label: 'Greeting', description: 'Said to whoever comes.' },
      hours: { type: 'integer', default: 24, min: 1, max: 99, label: 'Hours' },
      rate: { type: 'number', default: 1.5, label: 'Rate' },
      open: { type: 'boolean', default: true, label: 'Open', description: 'Whether tickets can be opened.' },
      tone: {
        type: 'select',
        options: ['calm', { value: 'loud', label: 'Very loud' }],
        default: 'calm',
        label: 'Tone',
      },
      days: { type: 'array', options: ['mon', 'tue'], default: [], label: 'Days' },
      footer: { type: 'text', default: 'Bye', label: 'Footer' },
      region: { type: 'string', default: 'north', label: 'Region' },
      apiKey: { type: 'password', label: 'API key' },
      extra: { type: 'object', default: {}, label: 'Extra' },
      plain: 'as it is',
    },
    configSchema: {
      type: 'object',
      properties: {
        smtp: {
          type: 'object',
          title: 'Mail server',
          properties: {
            host: { type: 'string', title: 'Host' },
            port: { type: 'integer', title: 'Port', minimum: 1 },
            token: { type: 'string', title: 'Mail token', writeOnly: true },
          },
        },
        cities: { type: 'array', title: 'Cities', default: ['Rome'], items: { type: 'string', minLength: 2 } },
        odd: { title: 'Odd', anyOf: [{ type: 'string' }, { type: 'number' }] },
      },
    },
  }),
  'index.js': `export default {
    onLoad() {},
    onConfigChange() {},
    validateConfig(ctx, { greeting }) {
      if (greeting === 'HELLO') return { ok: false, errors: [{ pointer: '/greeting', message: 'not so loud' }] };
    },
  };`,
};
