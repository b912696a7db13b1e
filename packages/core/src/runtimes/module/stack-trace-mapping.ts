import { findSourceMap } from 'node:module';
import type { SourcePosition } from './module-error.ts';

/** Traces positions in loaded code back to what the author wrote. */
export interface PositionFinder {
  knows(scriptName: string): boolean;
  find(scriptName: string, line: number, column: number): SourcePosition | undefined;
}

/** A call site; the declared type lacks its own `toString`. */
interface Site extends NodeJS.CallSite {
  toString(): string;
}

type PrepareStackTrace = (error: Error, sites: Site[]) => unknown;

interface Registry {
  readonly finders: Set<PositionFinder>;
  /** The hook that is installed; undefined while there is no finder. */
  hook: PrepareStackTrace | undefined;
  previous: PrepareStackTrace | undefined;
}

/** `Error.prepareStackTrace` exists once in a process, so hosts (and copies of this package) share one hook through this key. */
const registryKey = Symbol.for('@catalyst-plugins/core/stack-trace-mapping/1');

/** Makes the stack traces of the process name the author's positions that the finder knows; returns the undo. */
export function mapStackTraces(finder: PositionFinder): () => void {
  const registry = sharedRegistry();
  registry.finders.add(finder);
  if (registry.hook === undefined || Error.prepareStackTrace !== registry.hook) install(registry);
  return () => {
    registry.finders.delete(finder);
    if (registry.finders.size === 0) uninstall(registry);
  };
}

/** Where something in loaded code is in what the author wrote; the same position for code that no finder knows. */
export function authorsPosition(script: string, line: number, column: number): SourcePosition {
  const finder = [...sharedRegistry().finders].find((one) => one.knows(script));
  return finder?.find(script, line, column) ?? { path: script, line, column };
}

function sharedRegistry(): Registry {
  const holder = globalThis as { [registryKey]?: Registry };
  holder[registryKey] ??= { finders: new Set(), hook: undefined, previous: undefined };
  return holder[registryKey];
}

function install(registry: Registry): void {
  const previous: PrepareStackTrace | undefined = Reflect.get(Error, 'prepareStackTrace');
  registry.previous = previous;
  registry.hook = (error, sites) => prepare(registry.finders, previous, error, sites);
  Error.prepareStackTrace = registry.hook;
}

function uninstall(registry: Registry): void {
  // Where somebody has installed another hook meanwhile, ours stays below it and maps nothing.
  if (Error.prepareStackTrace === registry.hook)
    Error.prepareStackTrace = registry.previous as typeof Error.prepareStackTrace;
  registry.hook = undefined;
  registry.previous = undefined;
}

function prepare(
  finders: ReadonlySet<PositionFinder>,
  previous: PrepareStackTrace | undefined,
  error: Error,
  sites: readonly Site[],
): unknown {
  const native = previous === undefined || previous.name === 'ErrorPrepareStackTrace';
  const mapped = sites.map((site) => mapSite(finders, site, native));
  if (!native) return previous(error, mapped);
  return [headline(error), ...mapped.map((site) => `    at ${site.toString()}`)].join('\n');
}

function headline(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

function mapSite(finders: ReadonlySet<PositionFinder>, site: Site, native: boolean): Site {
  try {
    const script = site.getFileName();
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    if (!script || line === null || column === null) return site;
    for (const finder of finders) {
      if (!finder.knows(script)) continue;
      const position = finder.find(script, line, column);
      return position === undefined ? site : replacePosition(site, `${script}:${line}:${column}`, position);
    }
    const position = native ? hostPosition(script, line, column) : undefined;
    return position === undefined ? site : replacePosition(site, `${script}:${line}:${column}`, position);
  } catch {
    // A stack trace has to come out whatever happens; unmapped is better than none.
    return site;
  }
}

/** With a hook installed Node no longer applies `--enable-source-maps` itself. */
function hostPosition(script: string, line: number, column: number): SourcePosition | undefined {
  if (!process.sourceMapsEnabled) return undefined;
  const entry = findSourceMap(script)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !('originalSource' in entry) || !entry.originalSource) return undefined;
  return { path: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** A call site that answers with another position; call sites are bound to V8, so their methods cannot be inherited. */
function replacePosition(site: Site, written: string, position: SourcePosition): Site {
  const text = site.toString().replace(written, `${position.path}:${position.line}:${position.column}`);
  const replaced: Record<string, () => unknown> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(site))) {
    const method: unknown = Reflect.get(site, name);
    if (typeof method === 'function') replaced[name] = () => Reflect.apply(method, site, []);
  }
  replaced['getFileName'] = replaced['getScriptNameOrSourceURL'] = () => position.path;
  replaced['getLineNumber'] = () => position.line;
  replaced['getColumnNumber'] = () => position.column;
  replaced['toString'] = () => text;
  return replaced as unknown as Site;
}
