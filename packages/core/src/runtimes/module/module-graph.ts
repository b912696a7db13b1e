import { PluginError } from '../../errors/plugin-error.ts';
import type { Release } from '../../manifest/release.ts';
import { evaluate, evaluationOrder } from './evaluate.ts';
import { ModuleError, positionOfSpecifier } from './module-error.ts';
import { ModuleRecord, type Dependency, type ModuleLinker, type NativeDependency } from './module-record.ts';
import type { ModuleSource } from './module-source.ts';
import type { ModuleSourceCache } from './module-source-cache.ts';
import type { Namespace } from './namespace.ts';
import type { NativeModules } from './native-modules.ts';
import { ReleaseFiles } from './release-files.ts';
import { resolveSpecifier, type Resolution } from './resolve-specifier.ts';
import type { TrackedBuiltins } from './tracked/tracked-builtins.ts';
import type { Transformer } from './transformer.ts';

/** What a graph is made of. */
export interface ModuleGraphParts {
  readonly release: Release;
  readonly sources: ModuleSourceCache;
  readonly natives: NativeModules;
  /** Where its code gets its globals. */
  readonly builtins: TrackedBuiltins;
  readonly transformer: Transformer;
}

/** The modules of one generation: each of the plugin's own files once, evaluated afresh. */
export class ModuleGraph implements ModuleLinker {
  readonly natives: NativeModules;
  readonly builtins: TrackedBuiltins;
  readonly #release: Release;
  readonly #sources: ModuleSourceCache;
  readonly #transformer: Transformer;
  readonly #files: ReleaseFiles;
  readonly #records = new Map<string, ModuleRecord>();
  readonly #nativeDependencies = new Map<string, NativeDependency>();
  #released = false;

  constructor({ release, sources, natives, builtins, transformer }: ModuleGraphParts) {
    this.natives = natives;
    this.builtins = builtins;
    this.#release = release;
    this.#sources = sources;
    this.#transformer = transformer;
    this.#files = new ReleaseFiles(release);
  }

  /** Whether the release has the file. */
  has(file: string): boolean {
    return this.#files.has(file);
  }

  /** Loads a file of the plugin with all that it imports, and evaluates it. */
  async load(file: string): Promise<ModuleRecord> {
    const record = this.record(file);
    await this.#link(record);
    await evaluate(evaluationOrder(record), this);
    return record;
  }

  /** Parses a file of the plugin with all that it imports, without running any of it. Throws what `load` would. */
  check(file: string): void {
    this.#collect(this.record(file));
  }

  async import(importer: ModuleSource, specifier: unknown, options?: unknown): Promise<Namespace> {
    const resolution = this.resolve(importer, String(specifier));
    if (resolution.kind === 'native') return this.natives.import(resolution.specifier, importer.path, options);
    const { namespace } = await this.load(resolution.path);
    return namespace;
  }

  requireEsm(record: ModuleRecord): Namespace {
    for (const native of this.#collect(record))
      native.namespace ??= this.natives.requireNamespace(native.specifier, native.importer.path);
    const order = evaluationOrder(record);
    const awaiting = order.find(({ source }) => source.awaits);
    if (awaiting !== undefined) {
      throw new ModuleError(`'${awaiting.path}' awaits at top level; load it by import() instead of require().`, {
        code: 'ERR_REQUIRE_ASYNC_MODULE',
      });
    }
    void evaluate(order, this);
    return record.namespace;
  }

  record(file: string): ModuleRecord {
    const known = this.#records.get(file);
    if (known !== undefined) return known;
    if (this.#released) {
      throw new PluginError('SCOPE_CLOSED', `${file} cannot be loaded any more: its generation is gone.`, {
        plugin: this.#release.plugin,
      });
    }
    const text = { path: file, text: this.#files.read(file), packageType: this.#files.packageType(file) };
    const record = new ModuleRecord(this.#sources.acquire(this.#transformer, text));
    this.#records.set(file, record);
    return record;
  }

  resolve(importer: ModuleSource, specifier: string): Resolution {
    const { path, text, transformed } = importer;
    return resolveSpecifier(this.#files, specifier, { path, text, format: transformed.format });
  }

  /** The file whose evaluation threw the error. */
  failedFile(error: unknown): string | undefined {
    for (const record of this.#records.values())
      if (record.state === 'failed' && record.error === error) return record.path;
    return undefined;
  }

  /** Objects that the functions of its modules hold. */
  traces(): readonly object[] {
    return [...this.#records.values()].flatMap(({ namespace, commonJs }) => [
      namespace,
      ...(commonJs ? [commonJs] : []),
    ]);
  }

  /** Lets go of the modules; what still runs of them keeps what it has, and can load nothing more. */
  release(): void {
    this.#released = true;
    for (const record of this.#records.values()) this.#sources.release(record.source);
    this.#records.clear();
    this.#nativeDependencies.clear();
  }

  async #link(root: ModuleRecord): Promise<void> {
    const loading = this.#collect(root).map((native) => (native.loading ??= this.#loadNative(native)));
    const results = await Promise.allSettled(loading);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Links the modules below a root; returns the native modules that they have yet to wait for. */
  #collect(root: ModuleRecord): readonly NativeDependency[] {
    const natives = new Set<NativeDependency>();
    const visited = new Set([root]);
    for (const record of visited) {
      if (record.state !== 'fresh') continue;
      record.imports ??= new Map(
        record.source.transformed.imports.map((specifier) => [specifier, this.#dependency(record.source, specifier)]),
      );
      for (const dependency of record.imports.values()) {
        if (dependency instanceof ModuleRecord) visited.add(dependency);
        else if (dependency.namespace === undefined) natives.add(dependency);
      }
    }
    return [...natives];
  }

  #dependency(importer: ModuleSource, specifier: string): Dependency {
    const resolution = this.resolve(importer, specifier);
    if (resolution.kind === 'own') return this.record(resolution.path);
    const key = this.natives.keyOf(resolution.specifier, importer.path);
    const known = this.#nativeDependencies.get(key);
    if (known !== undefined) return known;
    const native: NativeDependency = {
      specifier: resolution.specifier,
      importer,
      namespace: undefined,
      loading: undefined,
    };
    this.#nativeDependencies.set(key, native);
    return native;
  }

  async #loadNative(native: NativeDependency): Promise<void> {
    const { specifier, importer } = native;
    try {
      native.namespace = await this.natives.import(specifier, importer.path);
    } catch (error) {
      native.loading = undefined;
      throw locateNativeFailure(error, specifier, importer);
    }
  }
}

/** Node names the importing file, but not the line. */
function locateNativeFailure(error: unknown, specifier: string, importer: ModuleSource): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (
    !(error instanceof Error) ||
    typeof code !== 'string' ||
    !/^ERR_(?:MODULE|PACKAGE|UNSUPPORTED|UNKNOWN|INVALID)_/.test(code)
  )
    return error;
  const outside =
    code === 'ERR_UNKNOWN_FILE_EXTENSION'
      ? ' The file is not part of the plugin, so Node loads it as it is: it has to be JavaScript or JSON.'
      : '';
  const position = positionOfSpecifier(importer.path, importer.text, specifier);
  return new ModuleError(error.message + outside, { code, position, cause: error });
}
