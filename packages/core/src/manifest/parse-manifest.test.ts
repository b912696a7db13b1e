import { describe, expect, it } from 'vitest';
import { isPluginError, type PluginError } from '../errors/plugin-error.ts';
import { parseManifest } from './parse-manifest.ts';
import { adminSegments } from './reserved-names.ts';

const file = '/plugins/demo/plugin.json';
const minimal = { name: 'demo', version: '1.0.0' };
const parse = (members: object) => parseManifest(JSON.stringify({ ...minimal, ...members }), file);

function refusal(text: string): PluginError {
  try {
    parseManifest(text, file);
  } catch (error) {
    if (isPluginError(error)) return error;
    throw error;
  }
  throw new Error(`expected a refusal of ${text.slice(0, 200)}`);
}

const refusalOf = (members: object): PluginError => refusal(JSON.stringify({ ...minimal, ...members }, undefined, 2));

describe('a manifest that cannot be used', () => {
  it.each([
    ['an empty file', ''],
    ['text that is not JSON', 'name: demo'],
    ['a missing brace', '{ "name": "demo"'],
    ['a trailing comma', '{ "name": "demo", }'],
    ['a comment', '{ /* demo */ "name": "demo" }'],
    ['single quotes', "{ 'name': 'demo' }"],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '42'],
    ['two documents', '{} {}'],
  ])('%s is MANIFEST_INVALID with file, line and column', (_what, text) => {
    const error = refusal(text);
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toMatch(/^\/plugins\/demo\/plugin\.json:\d+:\d+: /);
    expect(error.issues[0]).toMatchObject({ pointer: '', line: expect.any(Number), column: expect.any(Number) });
  });

  it('malformed JSON is reported at the line and column of the fault', () => {
    const error = refusal('{\n  "name": "demo",\n  "version": 1.0.0\n}');
    expect(error.message).toMatch(/plugin\.json:3:\d+: not JSON/);
  });

  it('a key that stands twice is named with its pointer and its second place', () => {
    const error = refusal('{\n  "name": "demo",\n  "version": "1.0.0",\n  "name": "other"\n}');
    expect(error.issues).toEqual([{ pointer: '/name', message: 'the key "name" stands twice', line: 4, column: 3 }]);
  });

  it('two spellings of one key count as the same key', () => {
    expect(refusal('{"name":"demo","version":"1.0.0","n\\u0061me":"x"}').issues[0]?.pointer).toBe('/name');
  });

  it.each(['"__proto__"', String.raw`"\u005f\u005fproto\u005f\u005f"`])('the key %s is refused at any depth', (key) => {
    for (const text of [
      `{${key}: {}, "name": "demo", "version": "1.0.0"}`,
      `{"name":"demo","version":"1.0.0","config":{"a":[{${key}: 1}]}}`,
    ]) {
      const error = refusal(text);
      expect(error.code).toBe('MANIFEST_INVALID');
      expect(error.issues[0]?.pointer).toMatch(/\/__proto__$/);
      expect(error.issues[0]?.line).toBe(1);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['name', { name: 7 }, '/name'],
    ['version', { version: 1 }, '/version'],
    ['permissions', { permissions: 'files' }, '/permissions'],
    ['an entry of permissions', { permissions: ['a', 2] }, '/permissions/1'],
    ['backend', { backend: 'index.js' }, '/backend'],
    ['backend without entry', { backend: {} }, '/backend/entry'],
    ['config', { config: [] }, '/config'],
    ['events', { events: { saved: 'string' } }, '/events/saved'],
    ['limits', { limits: { onLoadMs: '1s' } }, '/limits/onLoadMs'],
    ['a time limit of zero', { limits: { onLoadMs: 0 } }, '/limits/onLoadMs'],
    ['runtime', { runtime: 'wasm' }, '/runtime'],
    ['reload', { reload: 'never' }, '/reload'],
    ['catalystVersion', { catalystVersion: 'latest' }, '/catalystVersion'],
    ['a dependency range', { dependencies: { other: 'newest' } }, '/dependencies/other'],
    ['displayName of 101 characters', { displayName: 'x'.repeat(101) }, '/displayName'],
    ['description of 501 characters', { description: 'x'.repeat(501) }, '/description'],
    ['a version of two numbers', { version: '1.0' }, '/version'],
    ['a version with a leading v', { version: 'v1.0.0' }, '/version'],
    [
      'a pattern that is no regular expression',
      { config: { a: { type: 'string', pattern: '(' } } },
      '/config/a/pattern',
    ],
    ['options of a field that are no list', { config: { a: { type: 'select', options: 'red' } } }, '/config/a/options'],
    ['a minimum that is no number', { config: { a: { type: 'number', min: 'one' } } }, '/config/a/min'],
    [
      'a configSchema that cannot be checked against',
      { configSchema: { properties: { a: { $ref: 'https://else.where/a' } } } },
      '/configSchema',
    ],
  ])('a wrong %s is named with its JSON pointer, line and column', (_what, members, pointer) => {
    const error = refusalOf(members);
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.issues.map((issue) => issue.pointer)).toContain(pointer);
    const issue = error.issues.find((candidate) => candidate.pointer === pointer);
    expect(issue?.line).toBeGreaterThan(1);
    expect(error.message).toContain(`${file}:${issue?.line}:${issue?.column}: ${pointer}: `);
  });

  it('a missing name and a missing version are both named', () => {
    expect(refusal('{}').issues.map(({ pointer }) => pointer)).toEqual(['/name', '/version']);
  });

  it.each([...adminSegments, 'constructor', 'prototype'])(
    'the reserved name "%s" is refused, and the message says why',
    (name) => {
      const error = refusalOf({ name });
      expect(error.issues[0]?.pointer).toBe('/name');
      expect(error.message).toContain(`"${name}"`);
      expect(error.message).toContain('choose another name');
    },
  );

  it.each([
    '',
    '..',
    '.',
    'a/b',
    'a.b',
    'Demo',
    'demo plugin',
    '-demo',
    '_demo',
    'dämon',
    'demo\n',
    'a'.repeat(51),
    '__proto__',
    '%2e%2e',
  ])('the name %j is refused', (name) => {
    expect(refusalOf({ name }).issues[0]?.pointer).toBe('/name');
  });

  it('a file of 2 MiB is refused by its size', () => {
    expect(
      refusal(`{"name":"demo","version":"1.0.0","description":"${'x'.repeat(2 * 1024 * 1024)}"}`).message,
    ).toContain('larger than 1 MiB');
  });

  it.each([101, 1_000, 100_000])('%i levels of nesting are refused and do not end the process', (levels) => {
    const error = refusal(
      `{"name":"demo","version":"1.0.0","config":{"deep":${'['.repeat(levels)}${']'.repeat(levels)}}}`,
    );
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(error.message).toContain('nested');
  });

  it.each([String.raw`\u0000`, String.raw`\ud800`])(
    'text with %s, which no database can store, is refused',
    (escape) => {
      const error = refusal(`{"name":"demo","version":"1.0.0",\n "description":"a${escape}b"}`);
      expect(error.issues[0]).toMatchObject({ pointer: '/description', line: 2 });
      expect(refusal(`{"name":"demo","version":"1.0.0","config":{"a${escape}b": 1}}`).code).toBe('MANIFEST_INVALID');
    },
  );

  it('a manifest with very many faults names the first ones and says how many more there are', () => {
    const error = refusalOf({ permissions: Array.from({ length: 900 }, () => 1) });
    expect(error.issues.length).toBeLessThanOrEqual(101);
    expect(error.issues.at(-1)?.message).toContain('800 more');
    expect(error.message.length).toBeLessThan(20_000);
  });
});

describe('a manifest that can be used', () => {
  it('gets every default', () => {
    expect(parse({}).manifest).toEqual({
      name: 'demo',
      version: '1.0.0',
      displayName: 'demo',
      description: '',
      catalystVersion: '*',
      permissions: [],
      runtime: 'module',
      reload: 'swap',
      dependencies: {},
      optionalDependencies: {},
      config: {},
      events: {},
      limits: {
        requestTimeoutMs: 30_000,
        migrateMs: 60_000,
        onLoadMs: 30_000,
        onEnableMs: 30_000,
        onDisableMs: 10_000,
      },
    });
  });

  it.each(['0.0.1', '1.2.3-beta.1', '1.2.3-0.3.7', '1.0.0+build.5', '1.0.0-rc.1+sha.abc'])(
    'the semantic version %s is kept as it is written',
    (version) => {
      expect(parse({ version }).manifest.version).toBe(version);
    },
  );

  it.each(['>=1.0.0', '^1.0.0', '1.x', '>=1.0', '*', '>=1.0.0 <3', '1 || 2'])(
    'catalystVersion may be %s',
    (catalystVersion) => {
      expect(parse({ catalystVersion }).manifest.catalystVersion).toBe(catalystVersion);
    },
  );

  it('may begin with a byte order mark', () => {
    expect(parseManifest(`\uFEFF${JSON.stringify(minimal)}`, file).manifest.name).toBe('demo');
  });

  it.each([
    ['legacy', 'module'],
    ['isolated', 'worker'],
    ['module', 'module'],
    ['worker', 'worker'],
  ])('the runtime "%s" means "%s"', (written, meant) => {
    expect(parse({ runtime: written }).manifest.runtime).toBe(meant);
  });

  it('a name of 50 characters and a name of digits are names', () => {
    expect(parse({ name: 'a'.repeat(50) }).manifest.name).toHaveLength(50);
    expect(parse({ name: '2fa' }).manifest.name).toBe('2fa');
  });

  it('unknown keys are kept and reported with place and the key that was likely meant', () => {
    const { manifest, warnings } = parseManifest(
      '{\n "name": "demo",\n "version": "1.0.0",\n "permisions": [],\n "x-team": "blue"\n}',
      file,
    );
    expect(manifest).toMatchObject({ permisions: [], 'x-team': 'blue' });
    expect(warnings).toEqual([
      { pointer: '/permisions', message: 'unknown key "permisions"; did you mean "permissions"?', line: 4, column: 2 },
      { pointer: '/x-team', message: 'unknown key "x-team"', line: 5, column: 2 },
    ]);
  });

  it('a mistyped limit is reported too', () => {
    const { warnings } = parse({ limits: { requestTimeoutMS: 5 }, backend: { entry: 'index.js', entri: 'x' } });
    expect(warnings.map(({ pointer }) => pointer).toSorted()).toEqual(['/backend/entri', '/limits/requestTimeoutMS']);
    expect(warnings.map(({ message }) => message)).toContain(
      'unknown key "requestTimeoutMS"; did you mean "requestTimeoutMs"?',
    );
  });

  it('a hundred thousand unknown keys, or one of a megabyte, are read before the test runs out of time', () => {
    const many = Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`k${index}`, 1]));
    expect(parse(many).warnings.length).toBeLessThanOrEqual(101);
    expect(parse({ ['k'.repeat(1_000_000)]: 1 }).warnings).toHaveLength(1);
  });
});
