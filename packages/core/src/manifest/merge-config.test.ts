import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../protocol/json.ts';
import { patchAt, valueAt } from './config-paths.ts';
import { mergeConfig } from './merge-config.ts';
import { parseManifest } from './parse-manifest.ts';
import { resolveConfig } from './plugin-configuration.ts';
import { redactConfig } from './redact-config.ts';

const { manifest } = parseManifest(
  JSON.stringify({
    name: 'demo',
    version: '1.0.0',
    config: { a: { type: 'password' }, b: 'default' },
    configSchema: { properties: { c: { properties: { d: { writeOnly: true } } }, e: { items: { secret: true } } } },
  }),
  'plugin.json',
);

const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'a.b', 'c.d', 'x');
const scalars = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.integer(), fc.boolean());
const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
const configs: fc.Arbitrary<JsonObject> = fc.dictionary(keys, values, { maxKeys: 5, noNullPrototype: true });

describe('for any settings', () => {
  it('a change leaves the keys alone that it does not name, and gives the others their values', () => {
    fc.assert(
      fc.property(configs, configs, (stored, patch) => {
        const merged = mergeConfig(manifest, stored, patch);
        expect(merged).toEqual({ ...stored, ...patch });
      }),
    );
  });

  it('sending back what was shown changes nothing', () => {
    fc.assert(
      fc.property(configs, (stored) => {
        const shown = redactConfig(manifest, resolveConfig(manifest, stored));
        expect(resolveConfig(manifest, mergeConfig(manifest, stored, shown))).toEqual(resolveConfig(manifest, stored));
      }),
    );
  });

  it('a value is read by the path that it was set by, and the other settings stay', () => {
    const paths = fc.array(keys, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
    fc.assert(
      fc.property(configs, paths, scalars, (config, path, value) => {
        const patch = patchAt(config, path, value);
        expect(Object.keys(patch)).toHaveLength(1);
        expect(valueAt({ ...config, ...patch }, path)).toBe(value);
      }),
    );
  });
});
