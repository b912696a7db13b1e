import path from 'node:path';
import { describeError } from '../../errors/describe-error.ts';
import { readJsonSource } from '../../manifest/json-source.ts';
import { ModuleError } from './module-error.ts';
import type { CommonJsModule, ModuleLinker, ModuleRecord } from './module-record.ts';
import type { Namespace } from './namespace.ts';

/** `require` as a CommonJS file of a plugin has it. */
interface PluginRequire {
  (specifier: string): unknown;
  resolve(specifier: string): string;
  /** Always undefined: a plugin is never the program. */
  readonly main: undefined;
  /** Empty: every generation is fresh, so there is nothing to delete. */
  readonly cache: Record<string, never>;
}

/** Evaluates a CommonJS or JSON module of the generation unless it has run, and gives its `module.exports`. */
export function requireRecord(record: ModuleRecord, linker: ModuleLinker): unknown {
  if (record.commonJs !== undefined) return record.commonJs.exports;
  const module = createModule(record.path);
  record.commonJs = module;
  record.initialExports = module.exports;
  try {
    if (record.source.transformed.format === 'json') module.exports = parseJson(record);
    else runCommonJs(record, module, linker);
  } catch (error) {
    // As in Node, a file that threw is tried again by the next require.
    record.commonJs = undefined;
    throw error;
  }
  module.loaded = true;
  declareExports(record.namespace, module.exports);
  record.state = 'evaluated';
  return module.exports;
}

/** Makes the `require` of a file. */
function createPluginRequire(record: ModuleRecord, linker: ModuleLinker): PluginRequire {
  const { source } = record;
  const load = (specifier: string): unknown => {
    const resolution = linker.resolve(source, specifier);
    if (resolution.kind === 'native') return linker.natives.require(resolution.specifier, record.path);
    const target = linker.record(resolution.path);
    return target.source.transformed.format === 'esm' ? linker.requireEsm(target) : requireRecord(target, linker);
  };
  const resolve = (specifier: string): string => {
    const resolution = linker.resolve(source, specifier);
    return resolution.kind === 'own' ? resolution.path : linker.natives.resolve(resolution.specifier, record.path);
  };
  const cache: Record<string, never> = Object.create(null);
  return Object.assign(load, { resolve, main: undefined, cache });
}

function createModule(file: string): CommonJsModule {
  const directory = path.dirname(file);
  return {
    exports: {},
    id: file,
    filename: file,
    path: directory,
    children: [],
    paths: [],
    parent: undefined,
    loaded: false,
    require: undefined,
  };
}

function runCommonJs(record: ModuleRecord, module: CommonJsModule, linker: ModuleLinker): void {
  const require = createPluginRequire(record, linker);
  module.require = require;
  const importDynamically = (specifier: unknown, options?: unknown): Promise<Namespace> =>
    linker.import(record.source, specifier, options);
  const { compiled, globals, transformed } = record.source;
  const own = [module.exports, require, module, module.filename, module.path];
  if (transformed.stages.includes('link')) own.push(importDynamically);
  compiled.call(module.exports, ...own, ...globals.map((name) => linker.builtins.global(name)));
}

function parseJson(record: ModuleRecord): unknown {
  const { path: file, text } = record.source;
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    const result = readJsonSource(text);
    const issue = 'issues' in result ? result.issues[0] : undefined;
    const { line = 1, column = 1, message = describeError(cause) } = issue ?? {};
    throw new ModuleError(message, { name: 'SyntaxError', position: { path: file, line, column }, cause });
  }
}

/** What `import` sees of a CommonJS module: all of it as default, and its own members as named exports. */
function declareExports(namespace: Namespace, exported: unknown): void {
  namespace['default'] = exported;
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return;
  for (const name of Object.keys(exported)) if (name !== 'default') namespace[name] = Reflect.get(exported, name);
}
