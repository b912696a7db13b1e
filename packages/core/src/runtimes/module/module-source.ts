import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { compileFunction, compiles, type CompiledFunction } from './compile-function.ts';
import { linkedParameters } from './link-header.ts';
import { ModuleError, type SourcePosition } from './module-error.ts';
import { commonJsParameters, sourceMapsOf, transformSource } from './transform-source.ts';
import type { PackageType, TransformedSource } from './transform-source.ts';
import { scopedGlobals, type ScopedGlobal } from './tracked/tracked-builtins.ts';
import type { Transformer } from './transformer.ts';

/** What makes one text at one path into one source. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  readonly packageType: PackageType;
}

/** One text of one file: transformed and compiled once, evaluated by every generation that contains it. */
export class ModuleSource {
  readonly path: string;
  readonly text: string;
  readonly packageType: PackageType;
  readonly transformed: TransformedSource;
  /** The file name inside V8; unique to the text where positions have to be traced back. */
  readonly scriptName: string;
  /** The code as a function of the loader's parameters; for an ES module it returns a generator function. */
  readonly compiled: CompiledFunction;
  /** The globals that come after those parameters. */
  readonly globals: readonly ScopedGlobal[];
  /** The module awaits at top level, so its generator is asynchronous. */
  readonly awaits: boolean;
  readonly #transformer: Transformer;
  #maps: readonly TraceMap[] | undefined;

  constructor(transformer: Transformer, { path, text, packageType }: SourceText, scriptName: string) {
    this.path = path;
    this.text = text;
    this.packageType = packageType;
    this.#transformer = transformer;
    this.transformed = transformSource(transformer, path, text, packageType);
    this.scriptName = this.transformed.stages.length === 0 ? path : scriptName;
    try {
      const { compiled, awaits, globals } = compile(this.transformed, this.scriptName);
      this.compiled = compiled;
      this.awaits = awaits;
      this.globals = globals;
    } catch (error) {
      throw this.#syntaxError(error);
    }
  }

  /** The author's position of a position in the compiled code; undefined for code that the author did not write. */
  originalPosition(line: number, column: number): SourcePosition | undefined {
    this.#maps ??= sourceMapsOf(this.#transformer, this.path, this.text, this.transformed).map(
      ({ mappings, names, sources }) => new TraceMap({ version: 3, mappings, names, sources }),
    );
    let position = { line, column: column - 1 };
    for (const map of this.#maps) {
      const original = originalPositionFor(map, position);
      if (original.line === null) return undefined;
      position = { line: original.line, column: original.column };
    }
    return { path: this.path, line: position.line, column: position.column + 1 };
  }

  /** V8 tells the line of a syntax error only in the first line of the stack. */
  #syntaxError(error: unknown): unknown {
    if (!(error instanceof SyntaxError)) return error;
    const [first = '', , marks = ''] = String(error.stack).split('\n');
    const line = first.startsWith(`${this.scriptName}:`) ? Number(first.slice(this.scriptName.length + 1)) : Number.NaN;
    if (!Number.isInteger(line)) return error;
    const column = marks.indexOf('^') + 1;
    return new ModuleError(error.message, {
      name: 'SyntaxError',
      position: this.originalPosition(line, Math.max(1, column)),
      cause: error,
    });
  }
}

interface Compiled {
  readonly compiled: CompiledFunction;
  readonly awaits: boolean;
  readonly globals: readonly ScopedGlobal[];
}

function compile(source: TransformedSource, filename: string): Compiled {
  if (source.format === 'json') return { compiled: () => undefined, awaits: false, globals: [] };
  return source.format === 'commonjs' ? compileCommonJs(source, filename) : compileLinked(source, filename);
}

function compileCommonJs({ code, stages }: TransformedSource, filename: string): Compiled {
  const own = stages.includes('link') ? [...commonJsParameters, '__vite_ssr_dynamic_import__'] : commonJsParameters;
  let globals: readonly ScopedGlobal[] = scopedGlobals;
  for (;;) {
    try {
      const compiled = compileFunction(code, { parameters: [...own, ...globals], filename });
      return { compiled, awaits: false, globals };
    } catch (error) {
      // a name that the file declares itself cannot be a parameter too
      const declared = /^Identifier '(\w+)' has already been declared/.exec(
        error instanceof Error ? error.message : '',
      );
      const rest = globals.filter((name) => name !== declared?.[1]);
      if (rest.length === globals.length) throw error;
      globals = rest;
    }
  }
}

function compileLinked({ code, headerless }: TransformedSource, filename: string): Compiled {
  const globals = scopedGlobals;
  const generator = (start: string): CompiledFunction =>
    compileFunction(`"use strict";return (${start}(){${headerless ? 'yield;' : ''}\n${code}\n})`, {
      parameters: [...linkedParameters, ...globals],
      filename,
      lineOffset: -1,
    });
  if (!/\bawait\b/.test(code)) return { compiled: generator('function*'), awaits: false, globals };
  try {
    const compiled = generator('function*');
    if (!awaitsLikeCall.test(code) || compiles(`class _{static{${code.replace('yield;', '')}\n}}`, []))
      return { compiled, awaits: false, globals };
  } catch {
    // It awaits at top level, or it is wrong in either way.
  }
  return { compiled: generator('async function*'), awaits: true, globals };
}

/**
 * What would parse outside of asynchronous functions too, as an expression with a variable called await.
 * A static block is the one place where the parser refuses that variable, and only outside of functions.
 */
const awaitsLikeCall = /\bawait\s*[([`+\-/]/;
