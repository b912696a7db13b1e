import type { ModuleSource } from './module-source.ts';
import { createNamespace, type Namespace } from './namespace.ts';
import type { NativeModules } from './native-modules.ts';
import type { Resolution } from './resolve-specifier.ts';
import type { TrackedBuiltins } from './tracked/tracked-builtins.ts';

/** The `module` of a CommonJS file. */
export interface CommonJsModule {
  exports: unknown;
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly children: readonly unknown[];
  readonly paths: readonly string[];
  readonly parent: undefined;
  loaded: boolean;
  require: unknown;
}

/** A package, built-in or outside file that modules of a generation import. */
export interface NativeDependency {
  readonly specifier: string;
  readonly importer: ModuleSource;
  namespace: Namespace | undefined;
  loading: Promise<void> | undefined;
}

/** What a module imports: another of its generation, or something native. */
export type Dependency = ModuleRecord | NativeDependency;

/** An import of a module as its code asks for it. */
interface ImportRequest {
  readonly specifier: string;
  readonly names: readonly string[];
  readonly dependency: Dependency;
}

/** One module of one generation. */
export class ModuleRecord {
  readonly source: ModuleSource;
  readonly namespace: Namespace = createNamespace();
  state: 'fresh' | 'evaluating' | 'evaluated' | 'failed' = 'fresh';
  /** Settles with the evaluation of a module that awaits at top level. */
  pending: Promise<void> | undefined;
  /** What the evaluation threw, when it failed. */
  error: unknown;
  /** Static imports by specifier, in the order of evaluation; undefined until linked. */
  imports: ReadonlyMap<string, Dependency> | undefined;
  /** The code of an ES module, stopped between its two steps. */
  body: Generator | AsyncGenerator | undefined;
  /** Set while the module waits for its second step. */
  requests: ImportRequest[] = [];
  /** Namespaces that the module exports whole (`export *`). */
  stars: Namespace[] = [];
  commonJs: CommonJsModule | undefined;
  /** The `exports` object that a CommonJS file was given. */
  initialExports: unknown;

  constructor(source: ModuleSource) {
    this.source = source;
  }

  get path(): string {
    return this.source.path;
  }
}

/** What the evaluation of a module needs of the graph that it is in. */
export interface ModuleLinker {
  readonly natives: NativeModules;
  readonly builtins: TrackedBuiltins;
  resolve(importer: ModuleSource, specifier: string): Resolution;
  record(path: string): ModuleRecord;
  /** `import()` in the code of a module. */
  import(importer: ModuleSource, specifier: unknown, options?: unknown): Promise<Namespace>;
  /** Loads and evaluates an ES module for a `require`, at once. */
  requireEsm(record: ModuleRecord): Namespace;
}
