import path from 'node:path';
import type { OxcError, SourceMap } from 'oxc-transform';
import { compiles } from './compile-function.ts';
import { splitLinkHeader } from './link-header.ts';
import { ModuleError, positionAt } from './module-error.ts';
import type { Transformer } from './transformer.ts';

/** How a file is evaluated. */
export type ModuleFormat = 'esm' | 'commonjs' | 'json';

/** What `"type"` says in the nearest package.json inside the plugin folder. */
export type PackageType = 'module' | 'commonjs' | undefined;

/** A file made ready to be compiled. */
export interface TransformedSource {
  readonly format: ModuleFormat;
  readonly code: string;
  /** Specifiers of static imports, in source order. */
  readonly imports: readonly string[];
  /** See `LinkedCode`. */
  readonly headerless: boolean;
  /** Which transforms were applied; none means that positions are the author's already. */
  readonly stages: readonly TransformStage[];
}

/** `transpile` strips types and JSX, `link` turns imports and exports into calls. */
type TransformStage = 'transpile' | 'link';

/** The parameters of a CommonJS module. */
export const commonJsParameters: readonly string[] = ['exports', 'require', 'module', '__filename', '__dirname'];

const transpiled = /\.(?:[cm]?ts|tsx|jsx)$/;
const dynamicImport = /\bimport\s*\(/;
// Only a quick "perhaps": whether it is an ES module is then decided by the parser.
const perhapsEsm = /\b(?:import|export|await)\b/;
const onlyMarker = /(?:^|\n)export \{\};\s*$/;

/** Turns the text of a file into code that the linker can compile. Throws a `ModuleError` with the position of a syntax error. */
export function transformSource(
  transformer: Transformer,
  file: string,
  text: string,
  type: PackageType,
): TransformedSource {
  if (path.extname(file) === '.json') {
    return { format: 'json', code: text, imports: [], headerless: true, stages: [] };
  }
  const plain = withoutShebang(text);
  const stages: TransformStage[] = [];
  let code = plain;
  if (transpiled.test(file)) {
    stages.push('transpile');
    code = succeeded(transformer.transformSync(file, plain), file, plain).code.replace(onlyMarker, '');
  }
  if (isCommonJs(file, code, type)) return commonJs(transformer, file, code, stages);
  const linked = succeeded(transformer.moduleRunnerTransformSync(stageName(file, 'link', 'esm'), code), file, code);
  const { code: linkedCode, headerless, imports } = splitLinkHeader(linked.code, linked.deps);
  return { format: 'esm', code: linkedCode, imports, headerless, stages: [...stages, 'link'] };
}

/** The source maps of the stages of a file, the last stage first: the order in which a position is traced back. */
export function sourceMapsOf(
  transformer: Transformer,
  file: string,
  text: string,
  source: TransformedSource,
): SourceMap[] {
  const maps: SourceMap[] = [];
  let code = withoutShebang(text);
  for (const stage of source.stages) {
    const run = stage === 'transpile' ? transformer.transformSync : transformer.moduleRunnerTransformSync;
    const result = run(stageName(file, stage, source.format), code, { sourcemap: true });
    if (result.map !== undefined) maps.unshift(result.map);
    code = stage === 'transpile' ? result.code.replace(onlyMarker, '') : result.code;
  }
  return maps;
}

function commonJs(
  transformer: Transformer,
  file: string,
  code: string,
  stages: readonly TransformStage[],
): TransformedSource {
  const untouched = { format: 'commonjs', code, imports: [], headerless: true, stages } as const;
  if (!dynamicImport.test(code)) return untouched;
  // Left alone, its import() would load files of the plugin natively: once per process and never again.
  const linked = transformer.moduleRunnerTransformSync(stageName(file, 'link', 'commonjs'), code);
  if (linked.errors.length > 0) return untouched;
  return { ...untouched, code: linked.code, stages: [...stages, 'link'] };
}

/** The name decides the grammar: linking gets JavaScript, whatever the file was. */
function stageName(file: string, stage: TransformStage, format: ModuleFormat): string {
  if (stage === 'transpile') return file;
  return format === 'commonjs' ? `${file}.cjs` : `${file}.js`;
}

function withoutShebang(text: string): string {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return plain.startsWith('#!') ? `//${plain.slice(2)}` : plain;
}

function isCommonJs(file: string, code: string, type: PackageType): boolean {
  const extension = path.extname(file);
  if (extension === '.mjs' || extension === '.mts') return false;
  if (extension === '.cjs') return true;
  if (type === 'module' && extension !== '.cts') return false;
  return !perhapsEsm.test(code) || compiles(code, commonJsParameters);
}

function succeeded<Result extends { readonly errors: readonly OxcError[] }>(
  result: Result,
  file: string,
  text: string,
): Result {
  const [error] = result.errors;
  if (error === undefined) return result;
  const label = error.labels.at(-1);
  // The transformer counts bytes.
  const index = label === undefined ? 0 : Buffer.from(text).subarray(0, label.start).toString().length;
  throw new ModuleError(error.helpMessage === null ? error.message : `${error.message} (${error.helpMessage})`, {
    name: 'SyntaxError',
    position: positionAt(file, text, index),
  });
}
