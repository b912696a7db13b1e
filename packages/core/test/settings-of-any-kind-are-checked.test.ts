import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPluginError, type JsonObject } from '../src/index.ts';
import { createMemoryStores } from '../src/stores/memory/memory-stores.ts';
import { createTestHost } from '../src/testing/index.ts';
import { fuzzing, nastyJson, nastyStrings } from './support/fuzzing.ts';
import { plugin } from './support/plugins.ts';
import { createProbe } from './support/probe.ts';

const config = {
  text: { type: 'string', min: 2, max: 20, pattern: '^[a-z]+$', default: 'abc' },
  size: { type: 'integer', min: 1, max: 100, default: 5 },
  ratio: { type: 'number', default: 0.5 },
  on: { type: 'boolean', default: false },
  mode: { type: 'select', options: ['a', { value: 'b', label: 'B' }, 3], default: 'a' },
  token: { type: 'password', max: 60 },
  rows: { type: 'array', default: [] },
  shape: { type: 'object', default: {} },
  plain: 'anything',
};
const configSchema = {
  properties: { ratio: { minimum: 0, maximum: 1 }, rows: { maxItems: 3, items: { type: ['string', 'number'] } } },
};
interface Context {
  getConfig(): JsonObject;
}

const marker = 'planted-secret';

const keys = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(config)) },
  { weight: 1, arbitrary: nastyStrings },
);
const fitting: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  'abc',
  'zz',
  1,
  100,
  0.25,
  true,
  'a',
  'b',
  3,
  [],
  ['x', 1],
  {},
  { a: { b: [null] } },
  null,
  { $secret: 'set' },
);
/** Only the member that is a secret is given one: elsewhere it would be told, rightly. */
const secrets = fc.constantFrom(`${marker}-1`, `${marker} "2"`);
const changes = fc
  .tuple(
    fc.dictionary(keys, fc.oneof(fitting, nastyJson), { minKeys: 1, maxKeys: 3 }),
    fc.option(secrets, { freq: 2, nil: undefined }),
  )
  .map(([change, token]) => (token === undefined ? change : { ...change, token }));

it('settings of any kind are refused with pointers and change nothing, or are stored and read back; no answer has a secret', async () => {
  const stores = createMemoryStores();
  const code = 'export default { onLoad(ctx) { ctx.db.kept.ctx = ctx; }, onConfigChange() {} };';
  const db = createProbe();
  await using test = await createTestHost({
    db,
    stores,
    plugins: { demo: plugin('demo', code, { config, configSchema }) },
  });
  const stored = async (): Promise<unknown> => {
    const record = await stores.plugins.get('demo');
    return [record?.config, record?.configRevision, await stores.plugins.configRevisions('demo', { limit: 1 })];
  };
  const property = fc.asyncProperty(changes, async (change) => {
    const before = await stored();
    const seen = structuredClone((db.kept['ctx'] as Context).getConfig());
    const patch = change as JsonObject;
    try {
      await test.host.updateConfig('demo', patch);
    } catch (error) {
      if (!isPluginError(error)) throw error;
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).not.toContain(marker);
      for (const { pointer, message } of error.issues ?? []) expect([typeof pointer, message]).not.toContain('');
      expect(await stored()).toEqual(before);
      expect((db.kept['ctx'] as Context).getConfig()).toEqual(seen);
      return;
    }
    const now = (db.kept['ctx'] as Context).getConfig();
    const kept = Object.entries(patch).filter(([key, value]) => value !== null && key !== 'token');
    for (const [key, value] of kept) expect(now[key]).toEqual(JSON.parse(JSON.stringify(value)));
    for (const key of Object.keys(seen)) if (!Object.hasOwn(patch, key)) expect(now[key]).toEqual(seen[key]);
    const shown = [
      test.host.get('demo'),
      test.host.config.state('demo'),
      await test.host.config.revisions('demo', { limit: 3 }),
    ];
    const token = now['token'];
    if (typeof token === 'string' && token.startsWith(marker))
      expect(JSON.stringify([shown, await test.host.audit({ limit: 3 })])).not.toContain(token.slice(0, 12));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
  await fc.assert(property, fuzzing('settings', 150));
  expect(test.host.summary('demo')?.state).toBe('active');
  await test.expectNothingLeft();
}, 3_600_000);
