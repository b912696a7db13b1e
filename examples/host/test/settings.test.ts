import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';

test('hot reload is on, in production it is off, and PLUGIN_HOT_RELOAD has the last word', () => {
  const hotReload = (environment: NodeJS.ProcessEnv): boolean => readSettings(environment).hotReload;
  expect(hotReload({})).toBe(true);
  expect(hotReload({ NODE_ENV: 'production' })).toBe(false);
  expect(hotReload({ NODE_ENV: 'production', PLUGIN_HOT_RELOAD: 'true' })).toBe(true);
  expect(hotReload({ PLUGIN_HOT_RELOAD: 'false' })).toBe(false);
});

test('people of the panel are read from PANEL_USERS, and anything else there is refused with the form', () => {
  const users = readSettings({ PANEL_USERS: '{"t":{"id":"ana","permissions":["tickets.write"]}}' }).users;
  expect([...users]).toEqual([['t', { id: 'ana', permissions: ['tickets.write'] }]]);
  for (const wrong of ['ana', '[1]', '{"t":"ana"}', '{"t":{"id":1,"permissions":[]}}'])
    expect(() => readSettings({ PANEL_USERS: wrong })).toThrow('PANEL_USERS is not of the form');
});
