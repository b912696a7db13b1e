import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../protocol/json.ts';
import { checkConfigField } from './check-config-field.ts';
import { isConfigField, type ConfigField } from './config-field.ts';
import { parseManifest } from './parse-manifest.ts';
import { patchAt, valueAt } from './config-paths.ts';
import { mergeConfig } from './merge-config.ts';
import { checkConfig, resolveConfig } from './plugin-configuration.ts';
import { redactConfig, redactManifest } from './redact-config.ts';
import type { PluginManifest } from './plugin-manifest.ts';

const manifestWith = (members: object): PluginManifest =>
  parseManifest(JSON.stringify({ name: 'demo', version: '1.0.0', ...members }), 'plugin.json').manifest;

describe('a value of config in the manifest', () => {
  it.each<[Json, boolean]>([
    [{ type: 'string' }, true],
    [
      { type: 'select', options: ['a'], default: 'a', label: 'L', description: 'D', required: true, secret: false },
      true,
    ],
    [{ type: 'truck', wheels: 6 }, false],
    [{ type: 'string', wheels: 6 }, false],
    [{ type: ['string'] }, false],
    [{ default: 1 }, false],
    ['string', false],
    [['string'], false],
    [null, false],
  ])('%j is a field definition: %j', (value, expected) => {
    expect(isConfigField(value)).toBe(expected);
  });
});

describe('a field', () => {
  it.each<[ConfigField, Json | undefined, string | undefined]>([
    [{ type: 'string', required: true }, undefined, 'a value is required'],
    [{ type: 'string', required: true }, '', 'a value is required'],
    [{ type: 'string' }, '', undefined],
    [{ type: 'number' }, '', 'expected a number'],
    [{ type: 'integer' }, 1.5, 'expected a whole number'],
    [{ type: 'boolean' }, 0, 'expected true or false'],
    [{ type: 'object' }, [], 'expected an object'],
    [{ type: 'array' }, {}, 'expected a list'],
    [{ type: 'text', max: 2 }, 'abc', 'expected at most 2 characters'],
    [{ type: 'array', min: 2 }, [1], 'expected at least 2 entries'],
    [{ type: 'number', min: 0, max: 1 }, 0.5, undefined],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', 'expected one of "a", "b"'],
    [{ type: 'select', options: [{ value: 1, label: 'One' }, 2] }, 3, 'expected one of 1, 2'],
    [{ type: 'select', options: [{ value: 1, label: 'One' }, 2] }, 1, undefined],
    [{ type: 'array', options: ['a', 'b'] }, ['a', 'c'], 'expected one of "a", "b"'],
    [{ type: 'array', options: ['a', 'b'] }, ['b', 'a'], undefined],
    [{ type: 'string', pattern: '^a+$' }, 'ab', 'expected text like /^a+$/'],
  ])('%j with %j: %s', (field, value, expected) => {
    expect(checkConfigField(field, value)).toBe(expected);
  });
});

describe('resolved settings', () => {
  it('are stored values, else defaults of fields, plain values and schema properties', () => {
    const manifest = manifestWith({
      config: { plain: 1, field: { type: 'string', default: 'a' }, empty: { type: 'string' } },
      configSchema: { properties: { fromSchema: { type: 'integer', default: 3 } } },
    });
    expect(resolveConfig(manifest, { field: 'b', own: true })).toEqual({
      plain: 1,
      field: 'b',
      fromSchema: 3,
      own: true,
    });
  });

  it.each<[string, Json | undefined]>([
    ['a', { b: { c: 1 } }],
    ['a.b.c', 1],
    ['a.b.c.d', undefined],
    ['a.x', undefined],
    ['x.y', 'literal'],
    ['list.0', undefined],
    ['p.q.r.s', 'nested literal'],
    ['p.q.r', { s: 'nested literal' }],
    ['p.q', { t: 1 }],
    ['a.toString', undefined],
    ['', undefined],
  ])('have at "%s" %j', (key, expected) => {
    const config = {
      a: { b: { c: 1 } },
      'x.y': 'literal',
      list: [1],
      p: { q: { t: 1 }, 'q.r': { s: 'nested literal' } },
    };
    expect(valueAt(config, key)).toEqual(expected);
  });

  it.each<[string, JsonObject]>([
    ['a', { a: 9 }],
    ['a.b', { a: { b: 9, z: 1 } }],
    ['a.n.m', { a: { b: 2, z: 1, n: { m: 9 } } }],
    ['x.y', { 'x.y': 9 }],
    ['free.key', { 'free.key': 9 }],
    ['text.part', { text: { part: 9 } }],
    ['d.e.f', { d: { 'e.f': 9, g: 1 } }],
    ['d.e.h', { d: { 'e.f': 1, g: 1, e: { h: 9 } } }],
  ])('are changed at "%s" without touching the neighbours', (key, expected) => {
    const config = { a: { b: 2, z: 1 }, 'x.y': 1, text: 'was', d: { 'e.f': 1, g: 1 } };
    const patch = patchAt(config, key, 9);
    expect(patch).toEqual(expected);
    expect(valueAt({ ...config, ...patch }, key)).toBe(9);
    expect(config).toEqual({ a: { b: 2, z: 1 }, 'x.y': 1, text: 'was', d: { 'e.f': 1, g: 1 } });
  });
});

describe('a change', () => {
  const manifest = manifestWith({
    config: { secret: { type: 'password', default: 'factory' }, port: { type: 'integer', default: 1 } },
  });

  it('keeps, replaces and clears a secret; a placeholder on another setting is a value like any other', () => {
    const stored = { secret: 'old' };
    expect(mergeConfig(manifest, stored, { secret: { $secret: 'set' } })).toEqual({ secret: 'old' });
    expect(mergeConfig(manifest, stored, { secret: 'new' })).toEqual({ secret: 'new' });
    expect(mergeConfig(manifest, stored, { secret: null })).toEqual({});
    expect(mergeConfig(manifest, stored, { other: { $secret: 'set' } })).toEqual({
      secret: 'old',
      other: { $secret: 'set' },
    });
    expect(stored).toEqual({ secret: 'old' });
  });

  it('is checked value by value, each fault with its pointer', () => {
    expect(checkConfig(manifest, { port: 'x', secret: 'new' }, ['port', 'secret'])).toEqual([
      { pointer: '/port', message: 'expected a whole number' },
    ]);
  });

  it('never carries a secret, or what it may be, into the message of the refusal', () => {
    const configSchema = {
      properties: {
        hidden: { type: 'string', writeOnly: true, enum: ['canary-a'], pattern: 'canary' },
        keys: { type: 'array', items: { type: 'string', secret: true, const: 'canary-c' } },
      },
    };
    const config = {
      min: { type: 'password', min: 99 },
      pattern: { type: 'password', pattern: '^canary' },
      choice: { type: 'string', secret: true, enum: ['canary-b'] },
    };
    const strict = manifestWith({ config, configSchema });
    const issues = checkConfig(
      strict,
      { min: 'my-canary', pattern: 'my-canary', choice: 'my-canary', hidden: 'my-canary', keys: ['my-canary'] },
      Object.keys(config),
    );
    expect(issues.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/min', '/pattern', '/choice', '/hidden', '/keys/0']),
    );
    expect(JSON.stringify(issues)).not.toContain('canary');
  });
});

describe('redaction', () => {
  it('hides set secrets of fields and schema properties, and their defaults, and nothing else', () => {
    const manifest = manifestWith({
      config: {
        a: { type: 'password', default: 'canary' },
        b: { type: 'string', secret: true },
        c: 'shown',
        d: 'canary',
      },
      configSchema: {
        properties: {
          d: { type: 'string', format: 'password', default: 'canary' },
          e: { type: 'string', default: 'shown' },
        },
      },
    });
    expect(redactConfig(manifest, { a: 'canary', b: '', c: 'shown', d: 'canary' })).toEqual({
      a: { $secret: 'set' },
      b: '',
      c: 'shown',
      d: { $secret: 'set' },
    });
    const redacted = JSON.stringify(redactManifest(manifest));
    expect(redacted).not.toContain('canary');
    expect(redacted.match(/shown/g)).toHaveLength(2);
    expect(JSON.stringify(manifest)).toContain('canary');
  });
});
