import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPluginError } from '../src/index.ts';
import { maxManifestBytes, parseManifest } from '../src/manifest/parse-manifest.ts';
import { fuzzing, nastyJson, nastyStrings } from './support/fuzzing.ts';

/** A manifest with every section. */
const whole = {
  $schema: 'https://example.org/plugin.schema.json',
  name: 'server-board',
  version: '1.2.3-rc.1',
  displayName: 'Server Board',
  description: 'Shows servers.',
  author: { name: 'Ana', email: 'ana@example.org', url: 'https://example.org' },
  license: 'MIT',
  keywords: ['servers'],
  catalystVersion: '>=1.0.0',
  permissions: ['servers.read'],
  permissionDescriptions: { 'servers.read': 'Shows them.' },
  backend: { entry: 'backend/index.js' },
  frontend: { entry: 'frontend/index.js' },
  runtime: 'module',
  reload: 'swap',
  dependencies: { base: '^1.0.0' },
  optionalDependencies: { chat: '1.x' },
  config: {
    size: { type: 'integer', default: 20, min: 1, max: 100 },
    token: { type: 'password', pattern: '^[a-z]+$', required: true },
    mode: { type: 'select', options: ['a', { value: 'b', label: 'B' }], default: 'a' },
    plain: { nested: [1, 2, 3] },
  },
  configSchema: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
  events: { 'board:changed': { payload: { type: 'object' }, description: 'Somebody changed it.' } },
  storage: { collections: { rows: { indexes: ['at', ['a', 'b']], unique: ['id'] } } },
  limits: { requestTimeoutMs: 1_000, maxConcurrentRequests: 5, drainMs: 100 },
};
const text = JSON.stringify(whole, undefined, 2);

/** Places in the manifest, as lists of keys. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

/** The manifest with another value in one place, or without it. */
function changed(path: readonly string[], change: { readonly to?: unknown; readonly key?: string }): unknown {
  const copy = structuredClone(whole) as Record<string, unknown>;
  const last = path.at(-1);
  if (last === undefined) return change.to;
  let parent = copy;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, unknown>;
  if ('to' in change) Object.defineProperty(parent, change.key ?? last, { value: change.to, enumerable: true });
  else if (!Array.isArray(parent)) delete parent[last];
  return copy;
}

const places = fc.constantFrom(...placesOf(whole));
const withOtherValue = fc.tuple(places, nastyJson).map(([path, to]) => changed(path, { to }));
const withOtherKey = fc.tuple(places, nastyStrings, nastyJson).map(([path, key, to]) => changed(path, { key, to }));
const withoutMember = places.map((path) => changed(path, {}));

/** Pieces of JSON, right and wrong, to be put anywhere. */
const pieces = fc.oneof(
  fc.constantFrom('1e999', '-1e999', '"\\ud800"', '"__proto__": {"polluted": true},', '"name": "other",', '\uFEFF'),
  fc.constantFrom('//', '/* */', "'", ',', ',,', '{', '}', '[', ']', ':', '\0', 'NaN', 'Infinity', '0x10', '01', '\\u'),
  fc.constantFrom('['.repeat(200), '{"a":'.repeat(200), '\n'.repeat(500), '"' + 'x'.repeat(5_000) + '"'),
  nastyStrings,
);
const spliced = fc
  .tuple(fc.nat(text.length), fc.nat(30), fc.array(pieces, { minLength: 1, maxLength: 3 }))
  .map(([at, length, put]) => text.slice(0, at) + put.join('') + text.slice(at + length));
const bytes = fc.uint8Array({ maxLength: 400 }).map((list) => Buffer.from(list).toString('utf8'));

const manifests = fc.oneof(
  fc.oneof(withOtherValue, withOtherKey, withoutMember, nastyJson).map((value) => JSON.stringify(value) ?? ''),
  spliced,
  bytes,
);

/** Reads a text; whatever is wrong with it must be told in the one way. Returns how much time of the processor it took. */
function read(manifest: string): number {
  const before = process.cpuUsage();
  try {
    const { manifest: parsed, warnings } = parseManifest(manifest, 'plugin.json');
    expect(parsed.name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(Array.isArray(warnings)).toBe(true);
  } catch (error) {
    if (!isPluginError(error)) throw error;
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toMatch(/^plugin\.json:\d+:\d+: /);
    for (const { message, line, column, pointer } of error.issues ?? []) {
      expect(message).not.toBe('');
      if (/^and \d+ more$/.test(message)) continue;
      expect(
        [line, column].every((place) => Number.isInteger(place) && Number(place) >= 1),
        pointer,
      ).toBe(true);
    }
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The time of the best of some tries: what else the process does, and the first run of code, are not its matter. */
function quickest(manifest: string): number {
  let best = Infinity;
  for (let tries = 0; tries < 5 && best >= 50; tries += 1) best = Math.min(best, read(manifest));
  return best;
}

describe('a manifest', () => {
  it('is read with all sections', () => {
    expect(parseManifest(text, 'plugin.json')).toMatchObject({ manifest: { name: 'server-board' }, warnings: [] });
  });

  it('of any kind is taken or refused with file and position, and nothing else, within 50 ms', () => {
    const property = fc.property(manifests, (manifest) => {
      expect(quickest(manifest)).toBeLessThan(50);
    });
    fc.assert(property, fuzzing('manifests', 500));
  }, 3_600_000);

  it.each<[string, string]>([
    ['is nested 100,000 deep in arrays', '['.repeat(100_000)],
    ['is nested 100,000 deep in objects', '{"a":'.repeat(100_000)],
    ['is nested 100,000 deep and closed', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['is nested deeply in its config', text.replace('"a"', `${'['.repeat(5_000)}${']'.repeat(5_000)}`)],
    ['has a key twice', text.replace('"name":', '"name": "a", "name":')],
    ['has the key __proto__', text.replace('"name":', '"__proto__": {"polluted": true}, "name":')],
    ['has half a character', text.replace('Shows servers.', String.raw`\ud800`)],
    ['has a number that is too large', text.replace('20', '1e999')],
    ['is larger than 1 MiB', ' '.repeat(maxManifestBytes) + text],
    ['is empty', ''],
    ['is not UTF-8', Buffer.from([0xff, 0xfe, 0x7b, 0x00]).toString('utf8')],
  ])('that %s is refused with its place', (_what, manifest) => {
    expect(() => parseManifest(manifest, 'plugin.json')).toThrow(
      expect.objectContaining({ code: 'MANIFEST_INVALID', message: expect.stringMatching(/^plugin\.json:\d+:\d+: /) }),
    );
    read(manifest);
  });

  it.each<[string, string]>([
    ['1 MiB of one text', JSON.stringify({ ...whole, extra: 'x'.repeat(900_000) })],
    ['100,000 unknown keys', `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
    ['a list of 300,000 numbers', `{"name":"a","version":"1.0.0","config":{"list":[${'1,'.repeat(300_000)}1]}}`],
  ])('of %s is read in less than two seconds', (_what, manifest) => {
    expect(read(manifest)).toBeLessThan(2_000);
  });
});
