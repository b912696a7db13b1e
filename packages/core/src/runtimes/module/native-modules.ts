import fs from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from './compile-function.ts';
import { packageDirectory, packageName, type HostPackages } from './host-packages.ts';
import type { Namespace } from './namespace.ts';
import type { TrackedBuiltins } from './tracked/tracked-builtins.ts';

type NativeImport = (specifier: string, options?: unknown) => Promise<Namespace>;

export interface NativeModulesOptions {
  readonly hostPackages: HostPackages;
  /** Takes the place of Node's modules where the generation has its own. */
  readonly builtins: TrackedBuiltins;
  /** Hears the directories of packages that the plugin uses and the host does not share. */
  readonly onPackage: (directory: string) => void;
}

/** Loads what is not the plugin's own code (packages, built-ins, files outside its folder): natively, once per process. */
export class NativeModules {
  readonly #hostPackages: HostPackages;
  readonly #options: NativeModulesOptions;
  readonly #imports = new Map<string, NativeImport>();
  readonly #notedPackages = new Set<string>();

  constructor(options: NativeModulesOptions) {
    this.#hostPackages = options.hostPackages;
    this.#options = options;
  }

  /** Imports as if the importing file did; a shared package as if the host did. */
  async import(specifier: string, importer: string, options?: unknown): Promise<Namespace> {
    const provided = this.#hostPackages.provided(specifier) ?? this.#options.builtins.import(specifier);
    if (provided !== undefined) return provided;
    // Needs no attribute this way, which linking has dropped.
    if (specifier.endsWith('.json')) return this.requireNamespace(specifier, importer);
    const from = this.#referrer(specifier, importer);
    let nativeImport = this.#imports.get(from);
    if (nativeImport === undefined) this.#imports.set(from, (nativeImport = compileImport(from)));
    return withoutExperimentalWarning(nativeImport, specifier, options);
  }

  require(specifier: string, importer: string): unknown {
    const provided = this.#hostPackages.provided(specifier) ?? this.#options.builtins.require(specifier);
    if (provided !== undefined) return provided;
    return createRequire(this.#referrer(specifier, importer))(pathOf(specifier));
  }

  resolve(specifier: string, importer: string): string {
    return createRequire(this.#referrer(specifier, importer)).resolve(pathOf(specifier));
  }

  /** Equal for imports that lead to the same module. */
  keyOf(specifier: string, importer: string): string {
    return `${path.dirname(this.#referrer(specifier, importer))}\0${specifier}`;
  }

  /** What `require` gives in the shape that `import` gives. */
  requireNamespace(specifier: string, importer: string): Namespace {
    const tracked = this.#options.builtins.import(specifier);
    if (tracked !== undefined) return tracked;
    const exported = this.require(specifier, importer);
    if (typeof exported !== 'object' || exported === null) return { default: exported };
    if (Reflect.get(exported, Symbol.toStringTag) === 'Module') return exported as Namespace;
    return { ...exported, default: exported };
  }

  #referrer(specifier: string, importer: string): string {
    // Built-ins are the same from everywhere.
    if (isBuiltin(specifier)) return path.join(import.meta.dirname, 'builtin.js');
    const directory = this.#hostPackages.directoryFor(specifier);
    if (directory !== undefined) return path.join(directory, 'host.js');
    this.#notePackage(specifier, importer);
    return importer;
  }

  #notePackage(specifier: string, importer: string): void {
    if (specifier.startsWith('file:')) return;
    const name = packageName(specifier);
    const directory = path.dirname(importer);
    const key = `${directory}\0${name}`;
    if (this.#notedPackages.has(key)) return;
    this.#notedPackages.add(key);
    const found = packageDirectory(directory, name);
    // stacks name real paths, and package managers link
    if (found !== undefined) this.#options.onPackage(fs.realpathSync(found));
  }
}

function pathOf(specifier: string): string {
  return specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
}

/** An `import()` that resolves from another file; `import.meta.resolve` cannot do that without a flag of Node. */
function compileImport(filename: string): NativeImport {
  const parameters = ['specifier', 'options'];
  return compileFunction('return import(specifier, options)', { parameters, filename }) as NativeImport;
}

/** Node prints once in a process that such an `import()` is experimental, which its reader could do nothing about. */
function withoutExperimentalWarning(
  nativeImport: NativeImport,
  specifier: string,
  options: unknown,
): Promise<Namespace> {
  const emitWarning: (...args: never) => void = Reflect.get(process, 'emitWarning');
  process.emitWarning = (...args: readonly unknown[]): void => {
    if (!String(args[0]).startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER')) Reflect.apply(emitWarning, process, args);
  };
  try {
    return nativeImport(specifier, options);
  } finally {
    process.emitWarning = emitWarning;
  }
}
