import { requireRecord } from './commonjs.ts';
import { createImportMeta } from './import-meta.ts';
import { ModuleError, positionOfSpecifier } from './module-error.ts';
import { ModuleRecord, type ModuleLinker } from './module-record.ts';
import type { Namespace } from './namespace.ts';

/** The modules below a root that have not run yet, dependencies first. */
export function evaluationOrder(root: ModuleRecord): readonly ModuleRecord[] {
  const order: ModuleRecord[] = [];
  const visited = new Set<ModuleRecord>();
  const visit = (record: ModuleRecord): void => {
    if (record.state === 'evaluated' || visited.has(record)) return;
    visited.add(record);
    if (record.state === 'fresh') {
      for (const dependency of record.imports?.values() ?? [])
        if (dependency instanceof ModuleRecord) visit(dependency);
    }
    order.push(record);
  };
  visit(root);
  return order;
}

/** Evaluates linked modules in order: at once, or as a promise where one of them awaits at top level. */
export function evaluate(order: readonly ModuleRecord[], linker: ModuleLinker): void | Promise<void> {
  for (const record of order) instantiate(record, linker);
  // Once more, since in a circle some of the names were declared only after they were asked for.
  for (const record of order) exportStars(record);
  return evaluateFrom(order, 0, linker);
}

function evaluateFrom(order: readonly ModuleRecord[], start: number, linker: ModuleLinker): void | Promise<void> {
  for (const [offset, record] of order.slice(start).entries()) {
    const pending = evaluateOne(record, linker);
    if (pending !== undefined) return pending.then(() => evaluateFrom(order, start + offset + 1, linker));
  }
}

/** The first step of an ES module: declares its exports and takes the namespaces that it imports. */
function instantiate(record: ModuleRecord, linker: ModuleLinker): void {
  const { source, imports } = record;
  if (source.transformed.format !== 'esm' || record.state !== 'fresh' || record.body !== undefined) return;
  const take = (specifier: string, { importedNames = [] }: { importedNames?: readonly string[] } = {}): Namespace => {
    const dependency = imports?.get(specifier);
    if (dependency?.namespace === undefined) throw new ModuleError(`'${specifier}' was not linked.`);
    record.requests.push({ specifier, names: importedNames, dependency });
    return dependency.namespace;
  };
  const exportAll = (namespace: Namespace): void => {
    record.stars.push(namespace);
    exportStars(record);
  };
  const importDynamically = (specifier: unknown, options?: unknown): Promise<Namespace> =>
    linker.import(source, specifier, options);
  const meta = createImportMeta(source, linker);
  const body = source.compiled.call(
    undefined,
    record.namespace,
    take,
    importDynamically,
    exportAll,
    meta,
    ...source.globals.map((name) => linker.builtins.global(name)),
  ) as () => NonNullable<ModuleRecord['body']>;
  record.body = body();
  void record.body.next();
}

function exportStars({ namespace, stars }: ModuleRecord): void {
  for (const star of stars) {
    for (const name of Object.keys(star)) {
      if (name === 'default' || name in namespace) continue;
      Object.defineProperty(namespace, name, { enumerable: true, configurable: true, get: () => star[name] });
    }
  }
}

function evaluateOne(record: ModuleRecord, linker: ModuleLinker): void | Promise<void> {
  if (record.state === 'failed') throw record.error;
  // Without a promise it is further up the stack: a circle, in which the module is used as far as it is.
  if (record.state !== 'fresh') return record.pending;
  record.state = 'evaluating';
  try {
    record.pending = run(record, linker)?.then(
      () => settle(record),
      (error: unknown) => fail(record, error),
    );
    if (record.pending === undefined) settle(record);
    return record.pending;
  } catch (error) {
    return fail(record, error);
  }
}

function run(record: ModuleRecord, linker: ModuleLinker): Promise<unknown> | undefined {
  if (record.source.transformed.format !== 'esm') {
    requireRecord(record, linker);
    return undefined;
  }
  exportStars(record);
  checkImports(record);
  const result = record.body?.next();
  return result instanceof Promise ? result : undefined;
}

function settle(record: ModuleRecord): void {
  record.state = 'evaluated';
  record.pending = undefined;
  record.body = undefined;
  record.requests = [];
  record.stars = [];
  // V8 optimises objects that are prototypes; without this a call into another module takes several times as long.
  void Object.create(record.namespace);
}

function fail(record: ModuleRecord, error: unknown): never {
  record.state = 'failed';
  record.error = error;
  record.pending = undefined;
  record.body = undefined;
  throw error;
}

/** Node refuses a name that is not exported; undefined instead would surface much later and somewhere else. */
function checkImports({ source, requests }: ModuleRecord): void {
  for (const { specifier, names, dependency } of requests) {
    if (dependency instanceof ModuleRecord && dependency.state !== 'evaluated') continue;
    const namespace: Namespace = dependency.namespace ?? {};
    const missing = names.find((name) => !(name in namespace));
    if (missing === undefined) continue;
    const typeOnly = /tsx?$/.test(source.path) ? ' If it is a type, import or export it with "type".' : '';
    throw new ModuleError(
      `The requested module '${specifier}' does not provide an export named '${missing}'.${typeOnly}`,
      {
        name: 'SyntaxError',
        position: positionOfSpecifier(source.path, source.text, specifier),
      },
    );
  }
}
