import { expect, test } from 'vitest';
import { readSettings } from '../src/settings.ts';

test('hot reload is on, in production it is off, and PLUGIN_HOT_RELOAD has the last word', () => {
  const hotReload = (environment: NodeJS.ProcessEnv): boolean => readSettings(environment).hotReload;
  expect(hotReload({})).toBe(true);
  expect(hotReload({ NODE_ENV: 'production' })).toBe(false);
  expect(hotReload({ NODE_ENV: 'production', PLUGIN_HOT_RELOAD: 'true' })).toBe(true);
  expect(hotReload({ PLUGIN_HOT_RELOAD: 'false' })).toBe(false);
});
