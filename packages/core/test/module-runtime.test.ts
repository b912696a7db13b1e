import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { PluginError } from '../src/errors/plugin-error.ts';
import { parseManifest } from '../src/manifest/parse-manifest.ts';
import type { Release } from '../src/manifest/release.ts';
import { createModuleRuntime, type ModuleRuntimeOptions } from '../src/runtimes/module/module-runtime.ts';
import type { LoadedPlugin, Runtime, RuntimeSession } from '../src/runtimes/runtime.ts';
import { ResourceLedger } from '../src/scope/resource-ledger.ts';

type Files = Readonly<Record<string, string>>;

let root: string;
let runtime: Runtime;
const loaded: LoadedPlugin[] = [];
const unhandled: unknown[] = [];
const warnings: string[] = [];
const noteWarning = (warning: Error): void => void warnings.push(warning.message);
const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(() => {
  root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'module-runtime-'));
  write(path.join(root, 'host'), {
    'package.json': '{ "name": "host", "type": "module" }',
    'node_modules/@catalyst-plugins/core/package.json':
      '{ "name": "@catalyst-plugins/core", "type": "module", "exports": "./index.js" }',
    'node_modules/@catalyst-plugins/core/index.js': 'export const definePlugin = (plugin) => plugin;',
    'node_modules/shared/package.json':
      '{ "name": "shared", "type": "module", "exports": { ".": "./index.js", "./sub": "./sub.js" } }',
    'node_modules/shared/index.js': 'export class Token {}; export const token = { of: "host" }; export default token;',
    'node_modules/shared/sub.js': 'export { token } from "./index.js";',
  });
  runtime = newRuntime();
  process.on('unhandledRejection', noteUnhandled);
  process.on('warning', noteWarning);
});

afterEach(async () => {
  for (const plugin of loaded.splice(0)) await plugin.release();
  expect(unhandled).toEqual([]);
  expect(warnings.filter((message) => message.startsWith('vm.'))).toEqual([]);
});

afterAll(() => {
  process.off('unhandledRejection', noteUnhandled);
  process.off('warning', noteWarning);
  fs.rmSync(root, { recursive: true, force: true });
});

function newRuntime(options: ModuleRuntimeOptions = {}): Runtime {
  return createModuleRuntime({
    hostDirectory: path.join(root, 'host'),
    sharedPackages: ['shared'],
    providedModules: {
      '@catalyst-plugins/core': () => ({ definePlugin: (plugin: unknown) => plugin, mark: 'the running core' }),
    },
    ...options,
  });
}

function write(directory: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

/** What a generation lends its runtime. */
function session(): RuntimeSession {
  const owner = { plugin: 'sample', generation: 1 };
  const currentOwner = () => undefined;
  const onFailure = () => undefined;
  const resources = new ResourceLedger({
    owner,
    directory: root,
    now: Date.now,
    currentOwner,
    ledgers: new WeakMap(),
    onFailure,
  });
  return { resources };
}

/** Writes a plugin folder; gives its directory. */
function folder(files: Files): string {
  const directory = path.join(root, 'plugins', randomUUID());
  write(directory, files);
  return directory;
}

/** A release of what is in the folder now. */
function releaseOf(directory: string, entry?: string): Release {
  const sources = new Map<string, string>();
  for (const found of fs.readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(found.parentPath, found.name);
    if (found.isFile() && !file.includes('node_modules') && /\.(?:[cm]?[jt]sx?|json)$/.test(file))
      sources.set(file, fs.readFileSync(file, 'utf8'));
  }
  const { manifest } = parseManifest(JSON.stringify({ name: 'sample', version: '1.0.0' }), 'plugin.json');
  const first = entry ?? fs.readdirSync(directory).find((name) => /^index\.[cm]?[jt]s$/.test(name));
  return {
    plugin: 'sample',
    manifest,
    directory,
    entry: first === undefined ? undefined : path.join(directory, first),
    digest: randomUUID(),
    sources,
    problem: undefined,
    warnings: [],
  };
}

async function loadFolder(directory: string, entry?: string): Promise<LoadedPlugin> {
  const plugin = await runtime.load(releaseOf(directory, entry), session());
  loaded.push(plugin);
  return plugin;
}

/** Loads a plugin of these files. */
async function load(files: Files): Promise<LoadedPlugin> {
  return loadFolder(folder(files));
}

/** What `onLoad` of a plugin of these files gives. */
async function run(files: Files): Promise<unknown> {
  return (await load(files)).call('onLoad', []);
}

async function failureOf(files: Files, entry?: string): Promise<PluginError> {
  try {
    await loadFolder(folder(files), entry);
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error('The plugin was loaded.');
}

async function stackOf(plugin: LoadedPlugin, hook: 'onLoad' | 'onEnable' | 'onDisable'): Promise<string> {
  try {
    await plugin.call(hook, []);
  } catch (error) {
    return String((error as Error).stack);
  }
  throw new Error('Nothing was thrown.');
}

const esm = '{ "type": "module" }';
const packages: Files = {
  'node_modules/esm-only/package.json':
    '{ "name": "esm-only", "type": "module", "exports": { "import": "./index.js" } }',
  'node_modules/esm-only/index.js': 'export const hi = "esm"; export default hi;',
  'node_modules/esm-plain/package.json': '{ "name": "esm-plain", "type": "module", "exports": "./index.js" }',
  'node_modules/esm-plain/index.js': 'export const hi = "esm";',
  'node_modules/esm-awaits/package.json': '{ "name": "esm-awaits", "type": "module", "exports": "./index.js" }',
  'node_modules/esm-awaits/index.js': 'export const hi = await Promise.resolve("awaited");',
  'node_modules/cjs-only/package.json': '{ "name": "cjs-only" }',
  'node_modules/cjs-only/index.js': 'exports.named = "n"; exports.other = 2;',
  'node_modules/cjs-only/data.json': '{ "v": 7 }',
  'node_modules/throws/package.json': '{ "name": "throws", "type": "module", "exports": "./index.js" }',
  'node_modules/throws/index.js': 'export const fail = (f) => [1].map(() => f());',
};

describe('each load is a fresh graph', () => {
  for (const extension of ['js', 'ts']) {
    it(`sees an edit of a file that the entry imports indirectly (.${extension})`, async () => {
      const directory = folder({
        'package.json': esm,
        [`index.${extension}`]: 'import { a } from "./a.js"; export const onLoad = () => a();',
        [`a.${extension}`]: 'import { b } from "./b.js"; export const a = () => b;',
        [`b.${extension}`]: 'export const b = 1;',
      });
      const first = await loadFolder(directory);
      write(directory, { [`b.${extension}`]: 'export const b = 2;' });
      const second = await loadFolder(directory);
      expect([first.call('onLoad', []), second.call('onLoad', [])]).toEqual([1, 2]);
    });
  }

  it('sees an edit behind require and of JSON', async () => {
    const directory = folder({
      'index.cjs':
        'const a = require("./a"); module.exports = { onLoad: () => [a.value(), require("./data.json").v] };',
      'a.js': 'exports.value = () => require("./b.js").b;',
      'b.js': 'exports.b = 1;',
      'data.json': '{ "v": 1 }',
    });
    const first = await loadFolder(directory);
    write(directory, { 'b.js': 'exports.b = 2;', 'data.json': '{ "v": 2 }' });
    const second = await loadFolder(directory);
    expect([first.call('onLoad', []), second.call('onLoad', [])]).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('evaluates unchanged files anew, so that no state is carried over', async () => {
    const directory = folder({
      'index.mjs': 'import { state } from "./state.mjs"; export const onLoad = () => ++state.count;',
      'state.mjs': 'export const state = { count: 0 };',
    });
    const first = await loadFolder(directory);
    expect([first.call('onLoad', []), first.call('onLoad', [])]).toEqual([1, 2]);
    const second = await loadFolder(directory);
    expect([second.call('onLoad', []), first.call('onLoad', [])]).toEqual([1, 3]);
  });

  it('loads the texts of the release, whatever the folder holds by then', async () => {
    const directory = folder({
      'index.mjs': 'export const onLoad = async () => (await import("./late.mjs")).v;',
      'late.mjs': 'export const v = 1;',
    });
    const release = releaseOf(directory);
    fs.rmSync(directory, { recursive: true });
    const plugin = await runtime.load(release, session());
    loaded.push(plugin);
    expect(await plugin.call('onLoad', [])).toBe(1);
  });

  it('keeps dynamic imports of an old generation in the old generation', async () => {
    const directory = folder({
      'index.mjs':
        'import { state } from "./state.mjs"; state.v = "V1"; export const onLoad = async () => (await import("./late.mjs")).late;',
      'state.mjs': 'export const state = {};',
      'late.mjs': 'import { state } from "./state.mjs"; export const late = state.v + " A";',
    });
    const first = await loadFolder(directory);
    write(directory, {
      'index.mjs': fs.readFileSync(path.join(directory, 'index.mjs'), 'utf8').replace('V1', 'V2'),
      'late.mjs': 'import { state } from "./state.mjs"; export const late = state.v + " B";',
    });
    const second = await loadFolder(directory);
    expect([await first.call('onLoad', []), await second.call('onLoad', [])]).toEqual(['V1 A', 'V2 B']);
  });

  it('runs two generations side by side, each with its own state', async () => {
    const directory = folder({
      'index.mjs': 'import { next } from "./state.mjs"; export const onLoad = () => next();',
      'state.mjs': 'let count = 0; export const next = () => (count += 1);',
    });
    const [first, second] = [await loadFolder(directory), await loadFolder(directory)];
    expect([first, first, second, first].map((plugin) => plugin.call('onLoad', []))).toEqual([1, 2, 1, 3]);
  });

  it('evaluates a module that two others import once', async () => {
    const files: Files = {
      'index.mjs':
        'import { s as a } from "./a.mjs"; import { s as b } from "./b.mjs"; import c from "./c.cjs"; export const onLoad = () => [a === b, b === c, a.count];',
      'a.mjs': 'export { shared as s } from "./shared.mjs";',
      'b.mjs': 'export { shared as s } from "./shared.mjs";',
      'c.cjs': 'module.exports = require("./shared.mjs").shared;',
      'shared.mjs':
        'globalThis.diamondCount = (globalThis.diamondCount ?? 0) + 1; export const shared = { count: globalThis.diamondCount };',
    };
    expect(await run(files)).toEqual([true, true, 1]);
  });

  it('refuses to load more files for a generation that was released', async () => {
    const plugin = await load({
      'index.mjs': 'export const onLoad = (f) => f(() => import("./late.mjs"));',
      'late.mjs': '',
    });
    let late: (() => Promise<unknown>) | undefined;
    plugin.call('onLoad', [(importLate: () => Promise<unknown>) => (late = importLate)]);
    await plugin.release();
    await expect(late?.()).rejects.toMatchObject({ code: 'SCOPE_CLOSED' });
    expect(plugin.has('onLoad')).toBe(false);
    expect(() => plugin.call('onLoad', [])).toThrow();
  });
});

describe('TypeScript without a build', () => {
  it('strips types and compiles enums, namespaces and parameter properties', async () => {
    const value = await run({
      'index.ts': `import type { Foo } from './types.js';
        import { Bar, helper } from './types.js';
        enum Color { Red = 'r' }
        namespace N { export const q = 4 }
        class K { constructor(private readonly x: number, public y = 2) {} sum() { return this.x + this.y } }
        const f = { a: 1 } satisfies Foo;
        export const onLoad = (): Bar => ({ v: new K(f.a).sum() + N.q + helper<number>(1), c: Color.Red });`,
      'types.ts':
        'export interface Foo { a: number } export type Bar = { v: number; c: string }; export function helper<T>(x: T): T { return x }',
    });
    expect(value).toEqual({ v: 8, c: 'r' });
  });

  for (const specifier of ['./part.ts', './part.js', './part']) {
    it(`finds part.ts as ${specifier}`, async () => {
      expect(
        await run({
          'index.ts': `import { v } from '${specifier}'; export const onLoad = (): number => v;`,
          'part.ts': 'export const v: number = 1;',
        }),
      ).toBe(1);
    });
  }

  it('finds index.ts of a folder, and .mts and .cts under their JavaScript names', async () => {
    const value = await run({
      'index.mts':
        'import { a } from "./lib"; import { b } from "./b.mjs"; import c from "./c.cjs"; export const onLoad = (): unknown => [a, b, c.v];',
      'lib/index.ts': 'export const a: number = 1;',
      'b.mts': 'export const b: number = 2;',
      'c.cts': 'const v: number = 3; export = { v };',
    });
    expect(value).toEqual([1, 2, 3]);
  });

  it('runs .ts and .cts in CommonJS style', async () => {
    expect(
      await run({
        'index.ts':
          "import type { A } from './types'; const v: A = 1; module.exports = { onLoad: () => [v, require('./c.cjs').w] };",
        'types.ts': 'export type A = number;',
        'c.cts': "import path = require('node:path'); exports.w = path.basename(__filename as string);",
      }),
    ).toEqual([1, 'c.cts']);
  });

  it('takes the exact file before any other reading of its name', async () => {
    expect(
      await run({
        'index.mjs': 'import { v } from "./x.js"; export const onLoad = () => v;',
        'x.js': 'export const v = "js";',
        'x.ts': 'export const v = "ts";',
      }),
    ).toBe('js');
  });
});

describe('ES modules work as in Node', () => {
  it('runs export default in a .js file without a package.json', async () => {
    expect(
      await run({
        'index.js': 'import { x } from "./x.js";\nconst plugin = { onLoad: () => x };\nexport default plugin;',
        'x.js': 'export const x = 5;',
      }),
    ).toBe(5);
  });

  it('runs them in a folder whose package.json says commonjs, as npm init writes it', async () => {
    expect(
      await run({ 'package.json': '{ "type": "commonjs" }', 'index.js': 'export default { onLoad: () => 1 };' }),
    ).toBe(1);
  });

  it('runs one whose import or export begins no line, as in a bundle that is one line', async () => {
    expect(await run({ 'index.js': 'const p={onLoad:()=>7};export{p as default};' })).toBe(7);
    expect(await run({ 'index.js': '/* licence */ export default { onLoad: () => 8 };' })).toBe(8);
  });

  it('does not take import in a text or a comment for an ES module', async () => {
    expect(
      await run({
        'index.js':
          '/*\nimport x from "y"\n*/\nconst t = `\nexport default 1`; module.exports = { onLoad: async () => { await null; return t.length; } };',
      }),
    ).toBe(17);
  });

  it('imports JSON with and without attributes', async () => {
    const value = await run({
      'index.ts':
        'import a from "./data.json" with { type: "json" }; import b from "./data.json"; export const onLoad = async () => [a.v, a === b, (await import("./data.json")).default.v];',
      'data.json': '\uFEFF{ "v": 1 }',
    });
    expect(value).toEqual([1, true, 1]);
  });

  it('waits for top-level await, also in imported files and around others', async () => {
    const value = await run({
      'package.json': esm,
      'index.js':
        'import { a } from "./a.js"; import { b } from "./b.js"; const c = await Promise.resolve(a + b); for await (const x of [c]) globalThis.lastAwaited = x; export const onLoad = () => [c, globalThis.lastAwaited];',
      'a.js': 'import { b } from "./b.js"; export const a = b + 1;',
      'b.js': 'export const b = await new Promise((done) => setTimeout(done, 5, 20));',
    });
    expect(value).toEqual([41, 41]);
  });

  it('gives import.meta.url, filename, dirname and resolve', async () => {
    const directory = folder({
      ...packages,
      'index.mjs':
        'const { url, filename, dirname, resolve } = import.meta; export const onLoad = () => ({ url, filename, dirname, resolved: ["./b.js", "./new.txt", "fs", "cjs-only", "data:,x"].map((name) => resolve(name)) });',
      'b.ts': '',
    });
    const plugin = await loadFolder(directory);
    const url = (name: string): string => pathToFileURL(path.join(directory, name)).href;
    expect(plugin.call('onLoad', [])).toEqual({
      url: url('index.mjs'),
      filename: path.join(directory, 'index.mjs'),
      dirname: directory,
      resolved: [url('b.ts'), url('new.txt'), 'node:fs', url('node_modules/cjs-only/index.js'), 'data:,x'],
    });
  });

  it('imports dynamically by literal, by variable and from packages', async () => {
    const value = await run({
      ...packages,
      'index.mjs':
        'export const onLoad = async (name = "part") => [(await import("./part.mjs")).v, (await import(`./${name}.mjs`)).v, (await import("esm-only")).hi, (await import("node:path")).sep];',
      'part.mjs': 'export const v = 1;',
    });
    expect(value).toEqual([1, 1, 'esm', path.sep]);
  });

  it('gives one module to concurrent dynamic imports', async () => {
    const value = await run({
      'index.mjs':
        'export const onLoad = async () => { const [a, b, c] = await Promise.all([import("./slow.mjs"), import("./slow.mjs"), import("./above.mjs")]); return [a === b, a.v === c.v, a.v.count]; };',
      'slow.mjs':
        'globalThis.slowCount = (globalThis.slowCount ?? 0) + 1; await new Promise((done) => setTimeout(done, 5)); export const v = { count: globalThis.slowCount };',
      'above.mjs': 'export { v } from "./slow.mjs";',
    });
    expect(value).toEqual([true, true, 1]);
  });

  it('offers hoisted functions in circular imports, also before their module ran', async () => {
    const value = await run({
      'index.mjs': 'import { isEven, early } from "./even.mjs"; export const onLoad = () => [isEven(10), early];',
      'even.mjs':
        'import { isOdd, early } from "./odd.mjs"; export { early }; export function isEven(n) { return n === 0 || isOdd(n - 1); }',
      'odd.mjs':
        'import { isEven } from "./even.mjs"; export function isOdd(n) { return n !== 0 && isEven(n - 1); } export const early = isEven(7);',
    });
    expect(value).toEqual([true, false]);
  });

  it('keeps bindings live', async () => {
    expect(
      await run({
        'index.mjs':
          'import { n, add } from "./n.mjs"; export const onLoad = () => { const before = n; add(); return [before, n]; };',
        'n.mjs': 'export let n = 0; export const add = () => { n += 1; };',
      }),
    ).toEqual([0, 1]);
  });

  it('re-exports everything, by name, as a namespace and from CommonJS', async () => {
    const value = await run({
      ...packages,
      'index.mjs':
        'import * as all from "./all.mjs"; export const onLoad = () => [Object.keys(all).sort(), all.a, all.ns.b, all.default(), all.c, all.named];',
      'all.mjs':
        'export * from "./a.mjs"; export * as ns from "./b.mjs"; export { default } from "./def.mjs"; export * from "./c.cjs"; export * from "cjs-only";',
      'a.mjs': 'export const a = 1; export default "hidden";',
      'b.mjs': 'export const b = 2;',
      'c.cjs': 'exports.c = 3;',
      'def.mjs': 'export default function named() { return "def"; }',
    });
    // Node's own namespace of a CommonJS package has "module.exports" in newer versions.
    expect(value).toEqual([expect.arrayContaining(['a', 'c', 'default', 'named', 'ns', 'other']), 1, 2, 'def', 3, 'n']);
  });

  it('re-exports everything through a circle', async () => {
    expect(
      await run({
        'index.mjs': 'import * as b from "./b.mjs"; export const onLoad = () => [b.one(), b.two()];',
        'a.mjs': 'export * from "./b.mjs"; export function one() { return 1; }',
        'b.mjs': 'export * from "./a.mjs"; export function two() { return 2; }',
      }),
    ).toEqual([1, 2]);
  });

  it('evaluates imports in the order in which they stand', async () => {
    const names = ['zeta', 'alpha', 'mid', 'beta', 'omega'];
    const files = Object.fromEntries(
      names.map((name) => [`${name}.mjs`, `(globalThis.order ??= []).push("${name}");`]),
    );
    expect(
      await run({
        ...files,
        'index.mjs': `${names.map((name) => `import "./${name}.mjs";`).join('\n')} export const onLoad = () => globalThis.order;`,
      }),
    ).toEqual(names);
  });

  it('tells import() of a parenthesis from a top-level await, and await ( from a call', async () => {
    const value = await run({
      'index.mjs':
        'import { a } from "./a.mjs"; import { b } from "./b.mjs"; export const onLoad = async () => [await (a), await [b][0]];',
      'a.mjs': 'export const a = await (async () => 1)();',
      'b.mjs': 'export const b = await [2][0];',
    });
    expect(value).toEqual([1, 2]);
  });

  it('is strict, without this and without CommonJS variables', async () => {
    expect(
      await run({
        'index.mjs':
          'export const onLoad = () => [top, typeof require, typeof module, (function () { return this; })()]; const top = this;',
      }),
    ).toEqual([undefined, 'undefined', 'undefined', undefined]);
  });

  it('reads files with a byte order mark, a shebang, CRLF and several megabytes', async () => {
    const filler = Array.from(
      { length: 60_000 },
      (_, index) => `export const value${index} = { index: ${index}, text: "some text of some length" };`,
    ).join('\r\n');
    expect(filler.length).toBeGreaterThan(4_000_000);
    expect(
      await run({
        'index.mjs': `\uFEFF#!/usr/bin/env node\r\nimport * as all from "./big.mjs";\r\nexport const onLoad = () => Object.keys(all).length;`,
        'big.mjs': filler,
      }),
    ).toBe(60_000);
  });

  it('imports by the "imports" and the name of its own package.json, as part of the generation', async () => {
    const directory = folder({
      'package.json':
        '{ "name": "self", "type": "module", "imports": { "#lib/*": "./lib/*.ts", "#exact": { "import": "./lib/a.ts" } }, "exports": { "./lib/*": "./lib/*.ts" } }',
      'index.ts':
        'import { a } from "#lib/a"; import { a as b } from "self/lib/a"; import { a as c } from "#exact"; export const onLoad = () => [a === b, a === c, a.v];',
      'lib/a.ts': 'export const a = { v: 1 };',
    });
    expect((await loadFolder(directory)).call('onLoad', [])).toEqual([true, true, 1]);
    write(directory, { 'lib/a.ts': 'export const a = { v: 2 };' });
    expect((await loadFolder(directory)).call('onLoad', [])).toEqual([true, true, 2]);
  });

  it('sees a file behind a link inside the folder as the same file', async () => {
    const directory = folder({
      'index.mjs':
        'import { a } from "./lib/a.mjs"; import { a as b } from "./link/a.mjs"; export const onLoad = () => a === b;',
      'lib/a.mjs': 'export const a = {};',
    });
    const release = releaseOf(directory);
    fs.symlinkSync('lib', path.join(directory, 'link'));
    const plugin = await runtime.load(release, session());
    loaded.push(plugin);
    expect(plugin.call('onLoad', [])).toBe(true);
  });

  it('accepts queries and escapes in specifiers', async () => {
    expect(
      await run({
        'index.mjs': 'import { v } from "./a%20b.mjs?x=1"; export const onLoad = () => v;',
        'a b.mjs': 'export const v = 1;',
      }),
    ).toBe(1);
  });
});

describe('CommonJS works as in Node', () => {
  it('has require, require.resolve, module, exports, __filename and __dirname', async () => {
    const directory = folder({
      'index.js':
        'const a = require("./lib/a"); const { sep } = require("path"); exports.onLoad = () => ({ a: a(), sep, dir: __dirname, file: __filename, resolved: require.resolve("./lib/a"), own: module.filename, main: require.main === module, self: this === exports, loaded: module.loaded });',
      'lib/a.js': 'module.exports = () => require("../data").v;',
      'data.json': '{ "v": 7 }',
    });
    const plugin = await loadFolder(directory);
    const file = path.join(directory, 'index.js');
    expect(plugin.call('onLoad', [])).toEqual({
      a: 7,
      sep: path.sep,
      dir: directory,
      file,
      resolved: path.join(directory, 'lib/a.js'),
      own: file,
      main: false,
      self: true,
      loaded: true,
    });
  });

  it('gives what is exported so far in circles', async () => {
    expect(
      await run({
        'index.cjs':
          'exports.early = 1; const b = require("./b.cjs"); exports.onLoad = () => [b.seen, b.later()];  exports.late = 2;',
        'b.cjs': 'const a = require("./index.cjs"); exports.seen = Object.keys(a); exports.later = () => a.late;',
      }),
    ).toEqual([['early'], 2]);
  });

  it('is sloppy: with, octal numbers, return at top level', async () => {
    expect(
      await run({
        'index.js': 'var o = 010; exports.onLoad = function () { with ({ v: o }) { return v; } };\nreturn;',
      }),
    ).toBe(8);
  });

  it('requires CommonJS and ES module packages', async () => {
    expect(
      await run({
        ...packages,
        'index.cjs': 'exports.onLoad = () => [require("cjs-only").named, require("esm-plain").hi];',
      }),
    ).toEqual(['n', 'esm']);
  });

  it('requires its own ES modules, with what they import', async () => {
    expect(
      await run({
        ...packages,
        'index.cjs': 'const b = require("./b.mjs"); exports.onLoad = () => [b.b, b.named, b.hi, typeof b.sep];',
        'b.mjs':
          'import { c } from "./c.mjs"; import { named } from "cjs-only"; import { hi } from "esm-plain"; import path, { sep } from "node:path"; export { named, hi, sep }; export const b = c + 1;',
        'c.mjs': 'export const c = 1;',
      }),
    ).toEqual([2, 'n', 'esm', 'string']);
  });

  it('refuses to require an ES module that awaits, as Node does', async () => {
    const error = await failureOf({
      'index.cjs': 'require("./b.mjs");',
      'b.mjs': 'import "./c.mjs";',
      'c.mjs': 'await null;',
    });
    expect(error.message).toMatch(/^index\.cjs:1:1 'c\.mjs' awaits at top level; load it by import\(\)/);
    expect(error.cause).toMatchObject({ code: 'ERR_REQUIRE_ASYNC_MODULE' });
  });

  it('is imported by ES modules as default and by name', async () => {
    expect(
      await run({
        'index.mjs':
          'import c, { named } from "./c.cjs"; import f from "./f.cjs"; export const onLoad = () => [c.named, named, f()];',
        'c.cjs': 'exports.named = "c";',
        'f.cjs': 'module.exports = () => "f";',
      }),
    ).toEqual(['c', 'c', 'f']);
  });

  it('keeps files that it imports dynamically in the generation', async () => {
    const directory = folder({
      'index.cjs':
        'var o = 010; exports.onLoad = async () => [o, (await import("./late.mjs")).v, (await import("node:path")).sep];\nreturn;',
      'late.mjs': 'export const v = 1;',
    });
    expect(await (await loadFolder(directory)).call('onLoad', [])).toEqual([8, 1, path.sep]);
    write(directory, { 'late.mjs': 'export const v = 2;' });
    expect(await (await loadFolder(directory)).call('onLoad', [])).toEqual([8, 2, path.sep]);
  });

  it('tells a missing module by the code that Node uses', async () => {
    expect(
      await run({
        'index.cjs':
          'let code; try { require("./optional"); } catch (error) { code = error.code; } let second; try { require("not-installed"); } catch (error) { second = error.code; } exports.onLoad = () => [code, second];',
      }),
    ).toEqual(['MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);
  });
});

describe('packages are Node’s', () => {
  for (const [name, imports] of Object.entries({
    'esm-only': '{ hi }',
    'esm-awaits': '{ hi }',
    'cjs-only': 'def, { named as hi }',
  })) {
    it(`imports ${name} from the plugin's node_modules`, async () => {
      expect(
        await run({ ...packages, 'index.ts': `import ${imports} from '${name}'; export const onLoad = () => hi;` }),
      ).toBeTypeOf('string');
    });
  }

  it('imports built-ins with and without node:', async () => {
    expect(
      await run({
        'index.mjs':
          'import fs, { readFileSync } from "node:fs"; import { join } from "path"; export const onLoad = () => fs.readFileSync === readFileSync && join("a", "b");',
      }),
    ).toBe(path.join('a', 'b'));
  });

  it('finds a package that was installed after a load failed for the lack of it', async () => {
    const directory = folder({ 'index.mjs': 'import { hi } from "esm-only"; export const onLoad = () => hi;' });
    await expect(loadFolder(directory)).rejects.toMatchObject({ code: 'MODULE_FAILED' });
    write(directory, packages);
    expect((await loadFolder(directory)).call('onLoad', [])).toBe('esm');
  });

  it('imports JSON of a package', async () => {
    expect(
      await run({
        ...packages,
        'index.mjs': 'import data from "cjs-only/data.json" with { type: "json" }; export const onLoad = () => data.v;',
      }),
    ).toBe(7);
  });

  it('evaluates a package once for all generations', async () => {
    const directory = folder({
      ...packages,
      'node_modules/cjs-only/index.js': 'exports.named = {};',
      'index.mjs': 'import { named } from "cjs-only"; export const onLoad = () => named;',
    });
    expect((await loadFolder(directory)).call('onLoad', [])).toBe((await loadFolder(directory)).call('onLoad', []));
  });

  it('gives a plugin the host’s copy of a shared package, also beside a stale copy of its own', async () => {
    const host = (await import(pathToFileURL(path.join(root, 'host/node_modules/shared/index.js')).href)) as {
      Token: unknown;
      token: unknown;
    };
    const value = await run({
      'node_modules/shared/package.json': '{ "name": "shared", "type": "module", "exports": "./index.js" }',
      'node_modules/shared/index.js': 'export const token = { of: "stale" };',
      'index.mjs':
        'import def, { Token, token } from "shared"; import { token as sub } from "shared/sub"; import { viaRequire } from "./c.cjs"; export const onLoad = async () => [Token, token, sub, def, (await import("shared")).token, viaRequire];',
      'c.cjs': 'exports.viaRequire = require("shared").token;',
    });
    const same = (value as unknown[]).map((item) => item === host.token || item === host.Token);
    expect(same).toEqual([true, true, true, true, true, true]);
  });

  it('gives the host’s copy also to a plugin inside the folders of the host', async () => {
    const directory = path.join(root, 'host/plugins', randomUUID());
    write(directory, { 'index.mjs': 'import { token } from "shared"; export const onLoad = () => token;' });
    const host = (await import(pathToFileURL(path.join(root, 'host/node_modules/shared/index.js')).href)) as object;
    expect((await loadFolder(directory)).call('onLoad', [])).toBe(Reflect.get(host, 'token'));
  });

  it('falls back to the plugin’s own copy when the host has none', async () => {
    const other = newRuntime({ sharedPackages: ['cjs-only'] });
    const plugin = await other.load(
      releaseOf(
        folder({ ...packages, 'index.mjs': 'import { named } from "cjs-only"; export const onLoad = () => named;' }),
      ),
      session(),
    );
    expect(plugin.call('onLoad', [])).toBe('n');
    await plugin.release();
  });

  it('hands over the modules that the host provides, to import and require alike', async () => {
    const files: Files = {
      'index.mjs':
        'import { mark, definePlugin } from "@catalyst-plugins/core"; import { viaRequire } from "./c.cjs"; export default definePlugin({ onLoad: () => [mark, viaRequire] });',
      'c.cjs': 'exports.viaRequire = require("@catalyst-plugins/core").mark;',
    };
    expect(await run(files)).toEqual(['the running core', 'the running core']);
  });

  it('loads files outside of the plugin folder natively, once for the process', async () => {
    const outside = folder({
      'package.json': esm,
      'shared.js': 'export const shared = {};',
      'shared.json': '{ "v": 1 }',
    });
    const files: Files = {
      'index.mjs': `import { shared } from "../${path.basename(outside)}/shared.js"; import json from "../${path.basename(outside)}/shared.json"; export const onLoad = () => [shared, json.v];`,
    };
    const [first, firstJson] = (await run(files)) as unknown[];
    const [second] = (await run(files)) as unknown[];
    expect(first).toBe(second);
    expect(firstJson).toBe(1);
  });

  it('loads what a release leaves out of its texts from the folder', async () => {
    const directory = folder({
      'index.mjs': 'import { v } from "./.generated/client.mjs"; export const onLoad = () => v;',
      '.generated/client.mjs': 'export const v = 1;',
    });
    const release = releaseOf(directory);
    const sources = new Map([...release.sources].filter(([file]) => !file.includes('.generated')));
    const plugin = await runtime.load({ ...release, sources }, session());
    loaded.push(plugin);
    expect(plugin.call('onLoad', [])).toBe(1);
  });
});

describe('what the entry exports is the plugin', () => {
  const shapes: Readonly<Record<string, Files>> = {
    'definePlugin as default': {
      'index.ts':
        'import { definePlugin } from "@catalyst-plugins/core"; export default definePlugin({ v: 1, onLoad() { return this.v; } });',
    },
    'a plain object as default': { 'index.js': 'export default { v: 1, onLoad() { return this.v; } };' },
    'named hooks': {
      'index.mjs': 'export const v = 1; export function onLoad() { this.own = this.v; return this.own; }',
    },
    'named hooks beside another default': {
      'index.mjs': 'export default { title: "x" }; export const onLoad = () => 1;',
    },
    'module.exports': { 'index.cjs': 'module.exports = { v: 1, onLoad() { return this.v; } };' },
    'exports.onLoad': { 'index.cjs': 'exports.v = 1; exports.onLoad = function () { return this.v; };' },
    'module.exports.default': {
      'index.cjs':
        'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { v: 1, onLoad() { return this.v; } };',
    },
    'an instance of a class': {
      'index.mjs': 'class Sample { #v = 1; onLoad() { return this.#v; } } export default new Sample();',
    },
    'static hooks of a class': {
      'index.mjs': 'export default class { static v = 1; static onLoad() { return this.v; } }',
    },
  };
  for (const [shape, files] of Object.entries(shapes)) {
    it(`accepts ${shape}, and calls hooks as its methods`, async () => {
      const plugin = await load(files);
      expect([plugin.has('onLoad'), plugin.has('onEnable'), plugin.call('onLoad', [])]).toEqual([true, false, 1]);
    });
  }

  it('passes arguments, results and errors through', async () => {
    const plugin = await load({
      'index.mjs':
        'export default { onLoad: (...args) => args, onEnable: async () => { throw new TypeError("no"); } };',
    });
    expect(plugin.call('onLoad', [1, 2])).toEqual([1, 2]);
    await expect(plugin.call('onEnable', [])).rejects.toThrow(TypeError);
  });

  for (const [shape, source] of Object.entries({
    'export default {}': 'export default {};',
    'module.exports = {}': 'module.exports = {};',
  })) {
    it(`accepts an object without hooks: ${shape}`, async () => {
      expect((await load({ 'index.js': source })).has('onLoad')).toBe(false);
    });
  }

  const refused: readonly (readonly [string, string, string])[] = [
    ['no export', 'index.mjs', 'const x = 1;'],
    ['an empty CommonJS file', 'index.cjs', ''],
    ['exports without hooks', 'index.mjs', 'export const start = 1, stop = 2;'],
    ['a class', 'index.mjs', 'export default class { onLoad() {} }'],
    ['a function', 'index.mjs', 'export default function plugin() {}'],
    ['a promise', 'index.mjs', 'export default Promise.resolve({ onLoad() {} });'],
    ['a text', 'index.mjs', 'export default "plugin";'],
    ['null', 'index.mjs', 'export default null;'],
    ['a hook that is no function', 'index.mjs', 'export default { onLoad: true };'],
  ];
  it('refuses anything else with a message that says what it found', async () => {
    const messages: string[] = [];
    for (const [what, file, source] of refused) {
      const error = await failureOf({ [file]: source });
      expect(error.code, what).toBe('ENTRY_INVALID');
      messages.push(error.message);
    }
    expect(messages).toEqual([
      'index.mjs does not export a plugin; it exports nothing.',
      'index.cjs does not export a plugin; it exports nothing.',
      'index.mjs does not export a plugin; it exports only start, stop.',
      'index.mjs does not export a plugin; it exports a class; export an instance of it.',
      'index.mjs does not export a plugin; it exports a function; export an object with hooks.',
      'index.mjs does not export a plugin; it exports a promise; await it first.',
      'index.mjs does not export a plugin; it exports a string as default.',
      'index.mjs does not export a plugin; it exports null as default.',
      'index.mjs exports a plugin whose "onLoad" is not a function.',
    ]);
  });

  it('needs no entry: a plugin without backend has no hooks', async () => {
    const plugin = await runtime.load(releaseOf(folder({ 'plugin.json': '{}' })), session());
    expect(plugin.has('onLoad')).toBe(false);
    await plugin.release();
  });

  it('reports an entry that does not exist', async () => {
    const error = await failureOf({ 'other.js': '' }, 'backend/index.js');
    expect([error.code, error.message]).toEqual(['ENTRY_NOT_FOUND', expect.stringContaining('backend/index.js')]);
  });
});

describe('a failure names the place', () => {
  it('of a syntax error in TypeScript, with the code', async () => {
    const error = await failureOf({
      'index.ts': 'import "./lib/broken.js"; export const onLoad = () => 1;',
      'lib/broken.ts': 'export const a: number = 1;\nexport const é: string = ;\nexport const c = 3;\n',
    });
    expect(error.code).toBe('MODULE_FAILED');
    expect(error.plugin).toBe('sample');
    expect(error.message).toBe(
      [
        'lib/broken.ts:2:26 Unexpected token (plugin "sample")',
        '',
        '  1 | export const a: number = 1;',
        '> 2 | export const é: string = ;',
        '    |                          ^',
        '  3 | export const c = 3;',
      ].join('\n'),
    );
  });

  for (const file of ['index.js', 'index.mjs', 'index.cjs', 'index.cts']) {
    it(`of a syntax error in ${file}`, async () => {
      const error = await failureOf({ [file]: 'const a = 1;\nconst b = ;\n' });
      expect(error.message).toMatch(new RegExp(`^${file.replace('.', '\\.')}:2:11 Unexpected token`));
      expect(error.message).toContain('> 2 | const b = ;');
    });
  }

  it('in a long line, as minifiers write them', async () => {
    const error = await failureOf({ 'index.mjs': `${'a;'.repeat(500)}const = 1;${'b;'.repeat(500)}` });
    expect(error.message).toMatch(/^index\.mjs:1:1007 /);
    const [code = '', mark = ''] = error.message.split('\n').slice(2);
    expect(code.length).toBeLessThan(200);
    expect(code[mark.indexOf('^')]).toBe('=');
  });

  it('of a name declared twice', async () => {
    expect(
      (await failureOf({ 'index.mjs': 'let a = 1;\n\nlet a = 2;\nexport const onLoad = () => a;' })).message,
    ).toMatch(/^index\.mjs:3:5 .*already been declared/);
    expect((await failureOf({ 'index.cjs': 'let a = 1;\n\nlet a = 2;\n' })).message).toMatch(
      /^index\.cjs:3:5 .*already been declared/,
    );
  });

  it('of broken JSON', async () => {
    expect((await failureOf({ 'index.mjs': 'import "./data.json";', 'data.json': '{ "a": }' })).message).toMatch(
      /^data\.json.*JSON/,
    );
  });

  it('of a file that is not there: the specifier and who imports it', async () => {
    const error = await failureOf({
      'index.mjs': 'import "./a.mjs";',
      'a.mjs': '\n  import { x } from "./missing.js";\n',
    });
    expect(error.message).toMatch(
      /^a\.mjs:2:21 Cannot find module '\.\/missing\.js' imported from a\.mjs \(plugin "sample"\)\n\n/,
    );
    expect(error.cause).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  });

  it('of a package that is not installed', async () => {
    const error = await failureOf({
      'lib/a.ts': 'import x from "not-installed"; export const y = x;',
      'index.ts': 'import { y } from "./lib/a.js"; export const onLoad = () => y;',
    });
    expect(error.message).toMatch(/^lib\/a\.ts:1:15 Cannot find package 'not-installed' imported from .*lib\/a\.ts/);
  });

  it('of a required file that is not there', async () => {
    expect((await failureOf({ 'index.cjs': '\nrequire("./missing");' })).message).toMatch(
      /^index\.cjs:2:9 Cannot find module '\.\/missing'/,
    );
  });

  it('of a name that a module does not export', async () => {
    const own = await failureOf({
      'index.ts': 'import { typo } from "./a.js"; export const onLoad = () => typo;',
      'a.ts': 'export const type = 1;',
    });
    expect(own.message).toMatch(
      /^index\.ts:1:22 The requested module '\.\/a\.js' does not provide an export named 'typo'\. If it is a type/,
    );
    const builtin = await failureOf({
      'index.mjs': 'import { nothing } from "node:fs"; export const onLoad = () => nothing;',
    });
    expect(builtin.message).toMatch(
      /^index\.mjs:1:25 The requested module 'node:fs' does not provide an export named 'nothing'/,
    );
  });

  it('of an error thrown at top level, with the error as cause', async () => {
    const error = await failureOf({
      'index.ts': 'import { f } from "./f.js";\ninterface A { a: 1 }\n\nf();\nexport const onLoad = 1;',
      'f.ts': 'type B = 1;\n\nexport const f = (): B => {\n  throw new RangeError("boom");\n};',
    });
    expect(error.message).toMatch(/^f\.ts:4:9 boom \(plugin "sample"\)/);
    expect(error.cause).toBeInstanceOf(RangeError);
    expect((error.cause as Error).stack).toMatch(/f\.ts:4:9[^]*index\.ts:4:1/);
  });

  it('of an error thrown after a top-level await', async () => {
    expect(
      (
        await failureOf({
          'index.mjs': 'import { x } from "./x.mjs"; export { x };',
          'x.mjs': 'await null;\nthrow new Error("later");\nexport const x = 1;',
        })
      ).message,
    ).toMatch(/^x\.mjs:2:7 later/);
  });

  it('and says what to do when an ES module uses a variable of CommonJS', async () => {
    const error = await failureOf({ 'package.json': esm, 'index.js': '\nmodule.exports = {};' });
    expect(error.message).toMatch(/^index\.js:2:1 module is not defined/);
    expect(error.hint).toContain('.cjs');
  });

  it('of anything that is thrown, even when it is no error', async () => {
    const error = await failureOf({ 'index.mjs': 'throw { reason: 1 };' });
    expect(error.message).toBe('index.mjs threw {"reason":1} (plugin "sample")');
    expect(error.cause).toEqual({ reason: 1 });
  });

  it('of a failing dynamic import to the plugin itself', async () => {
    const plugin = await load({
      'index.mjs':
        'export const onLoad = () => import("./broken.mjs"); export const onEnable = () => import("./missing.mjs");',
      'broken.mjs': 'const = 1;',
    });
    await expect(plugin.call('onLoad', [])).rejects.toMatchObject({
      name: 'SyntaxError',
      position: { line: 1, column: 7 },
    });
    await expect(plugin.call('onEnable', [])).rejects.toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  });

  it('and leaves nothing behind: the corrected plugin loads', async () => {
    const directory = folder({
      'index.mjs': 'import "./a.mjs"; import "not-installed"; throw new Error("x");',
      'a.mjs': 'await null;',
    });
    await expect(loadFolder(directory)).rejects.toThrow();
    write(directory, { 'index.mjs': 'import "./a.mjs"; export const onLoad = () => 1;' });
    expect((await loadFolder(directory)).call('onLoad', [])).toBe(1);
  });
});

describe('stack traces name what the author wrote', () => {
  const stackFiles: Files = {
    ...packages,
    'index.ts': `interface Pad {
  a: string;
}
import { deep } from './deep.js';
import { fail } from 'throws';

function boom(p?: Pad): never {
  // a comment
  throw new Error('boom');
}
export default {
  onLoad() {
    boom();
  },
  async onEnable(): Promise<never> {
    await null;
    return boom();
  },
  onDisable() { fail(() => deep()); },
};
`,
    'deep.ts':
      'type Q = { z: 1 };\n\nexport const deep = (q?: Q): never => {\n  const o: any = null;\n  return o.prop;\n};\n',
  };
  it('in synchronous code', async () => {
    expect(await stackOf(await load(stackFiles), 'onLoad')).toMatch(
      /^Error: boom\n\s+at boom \(.*index\.ts:9:9\)\n\s+at .*onLoad \(.*index\.ts:13:5\)/,
    );
  });

  it('in asynchronous code', async () => {
    expect(await stackOf(await load(stackFiles), 'onEnable')).toMatch(
      /index\.ts:9:9\)\n\s+at .*onEnable \(.*index\.ts:17:12\)/,
    );
  });

  it('across the frames of a package', async () => {
    expect(await stackOf(await load(stackFiles), 'onDisable')).toMatch(
      /deep\.ts:5:12\)[^]*node_modules\/throws\/index\.js:1[^]*index\.ts:19:17/,
    );
  });

  it('in CommonJS and in plain ES modules', async () => {
    const files = 'const f = () => {\n\n  throw new Error("x"); };';
    expect(await stackOf(await load({ 'index.cjs': `${files}\nexports.onLoad = f;` }), 'onLoad')).toMatch(
      /index\.cjs:3:9\)/,
    );
    expect(await stackOf(await load({ 'index.mjs': `/* c */ ${files}\nexport { f as onLoad };` }), 'onLoad')).toMatch(
      /index\.mjs:3:9\)/,
    );
    expect(
      await stackOf(
        await load({ 'index.cjs': `// x\n${files}\nexports.onLoad = f; exports.late = () => import("./x.js");` }),
        'onLoad',
      ),
    ).toMatch(/index\.cjs:4:9\)/);
  });

  it('of each of two generations', async () => {
    const directory = folder({ 'index.ts': 'export const onLoad = () => {\n  throw new Error("1"); };' });
    const first = await loadFolder(directory);
    write(directory, { 'index.ts': 'type A = 1;\n\nexport const onLoad = () => {\n  throw new Error("2"); };' });
    const second = await loadFolder(directory);
    expect([await stackOf(first, 'onLoad'), await stackOf(second, 'onLoad')]).toEqual([
      expect.stringMatching(/index\.ts:2:9/),
      expect.stringMatching(/index\.ts:4:9/),
    ]);
  });

  it('with two hosts in the process, until the last of them has released its plugins', async () => {
    const before = Error.prepareStackTrace;
    const directory = folder(stackFiles);
    const first = await newRuntime().load(releaseOf(directory), session());
    const second = await newRuntime().load(releaseOf(directory), session());
    await first.release();
    expect(await stackOf(second, 'onLoad')).toMatch(/index\.ts:9:9/);
    await second.release();
    expect(Error.prepareStackTrace).toBe(before);
  });

  it('through the Error.prepareStackTrace that was there before', async () => {
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, sites) =>
      `mine: ${error.message} ${path.basename(String(sites[0]?.getFileName()))}:${sites[0]?.getLineNumber()}:${sites[0]?.getColumnNumber()} ${sites[0]?.getFunctionName()}`;
    try {
      const plugin = await load(stackFiles);
      expect(await stackOf(plugin, 'onLoad')).toBe('mine: boom index.ts:9:9 boom');
      await plugin.release();
    } finally {
      Error.prepareStackTrace = before;
    }
  });

  it('and stay readable after the generation is gone', async () => {
    const plugin = await load({ 'index.ts': 'export const onLoad = () => new Error("late");' });
    const error = plugin.call('onLoad', []) as Error;
    await plugin.release();
    expect(error.stack).toMatch(/^Error: late\n\s+at .*index\.ts/);
  });
});

describe('without a transformer for the machine', () => {
  let without: Runtime;
  const leaks: string[] = [];
  beforeAll(async () => {
    vi.resetModules();
    vi.doMock('oxc-transform', () => {
      throw new Error('Cannot find native binding');
    });
    const { createModuleRuntime: create } = await import('../src/runtimes/module/module-runtime.ts');
    without = create({ onLeak: (_plugin, message) => void leaks.push(message) });
  });
  afterAll(() => {
    vi.doUnmock('oxc-transform');
  });

  const withManifest = (files: Files): string => folder({ 'plugin.json': '{ "name": "sample" }', ...files });

  it('runs JavaScript natively, sees edits at any depth, and says what each reload leaves in memory', async () => {
    const directory = withManifest({
      ...packages,
      'package.json': esm,
      'index.js':
        'import { a } from "./lib/a.js"; import { hi } from "esm-only"; import { c } from "./c.cjs"; export default { onLoad: () => [a(), hi, c] };',
      'lib/a.js': 'import { b } from "./b.js"; export const a = () => b;',
      'lib/b.js': 'export const b = 1;',
      'c.cjs': 'exports.c = require("./d.cjs");',
      'd.cjs': 'module.exports = "one";',
    });
    const first = await without.load(releaseOf(directory), session());
    write(directory, { 'lib/b.js': 'export const b = 2;', 'd.cjs': 'module.exports = "two";' });
    const second = await without.load(releaseOf(directory), session());
    expect(first.call('onLoad', [])).toEqual([1, 'esm', 'one']);
    expect(second.call('onLoad', [])).toEqual([2, 'esm', 'two']);
    expect(leaks).toHaveLength(2);
    expect(leaks[1]).toMatch(/the code of 2 generations, at least 1 kB, stays in memory/);
    await second.release();
    expect(second.has('onLoad')).toBe(false);
  });

  it('refuses TypeScript with a message that says what to install', async () => {
    const failure = without.load(releaseOf(withManifest({ 'index.ts': 'export const onLoad = () => 1;' })), session());
    await expect(failure).rejects.toMatchObject({
      code: 'MODULE_FAILED',
      plugin: 'sample',
      message: expect.stringContaining('only plugins in JavaScript'),
      hint: expect.stringContaining('Install'),
    });
  });

  it('names the entry when it fails', async () => {
    const failure = without.load(releaseOf(withManifest({ 'index.mjs': 'throw new Error("no licence");' })), session());
    await expect(failure).rejects.toMatchObject({
      code: 'MODULE_FAILED',
      message: expect.stringMatching(/^index\.mjs:1:\d+ no licence/),
    });
  });
});

describe('an old generation goes', () => {
  const collect = ((): (() => void) => {
    v8.setFlagsFromString('--expose-gc');
    return vm.runInNewContext('gc') as () => void;
  })();

  const collected = async (refs: readonly WeakRef<object>[]): Promise<boolean> => {
    for (let round = 0; round < 100; round += 1) {
      await new Promise((done) => setTimeout(done, 5));
      collect();
      if (refs.every((ref) => ref.deref() === undefined)) return true;
    }
    return false;
  };

  it('is collected after its release, while the next one runs the same files', async () => {
    const directory = folder({
      ...packages,
      'index.ts':
        'import { state } from "./state.js"; import "esm-only"; import c from "./c.cjs"; export const onLoad = async () => [state, (await import("./late.js")).late, c];',
      'state.ts': 'export const state = { big: new Array(1000).fill(1) };',
      'late.ts': 'export const late = {};',
      'c.cjs': 'require("cjs-only"); module.exports = { c: 1 };',
    });
    const use = async (): Promise<WeakRef<object>[]> => {
      const plugin = await runtime.load(releaseOf(directory), session());
      const objects = (await plugin.call('onLoad', [])) as object[];
      await plugin.release();
      return [...objects, plugin].map((object) => new WeakRef(object));
    };
    const kept = await loadFolder(directory);
    const refs = [...(await use()), ...(await use())];
    expect(await collected(refs)).toBe(true);
    expect(await kept.call('onLoad', [])).toHaveLength(3);
  });

  it('is collected when its load failed', async () => {
    const refs: WeakRef<object>[] = [];
    vi.stubGlobal('noteObject', (object: object) => void refs.push(new WeakRef(object)));
    await failureOf({
      'index.mjs': 'import "./a.mjs"; throw new Error("x");',
      'a.mjs': 'export const a = {}; noteObject(a);',
    }).catch(() => undefined);
    vi.unstubAllGlobals();
    expect(refs).toHaveLength(1);
    expect(await collected(refs)).toBe(true);
  });
});
