/** The parameters of a linked ES module, in the order in which it is called. */
export const linkedParameters: readonly string[] = [
  '__vite_ssr_exports__',
  '__imported_module__',
  '__vite_ssr_dynamic_import__',
  '__vite_ssr_exportAll__',
  '__imported_module_meta__',
];

/** A module after linking: its code with the end of the part that only declares exports and imports. */
export interface LinkedCode {
  readonly code: string;
  /** True when there is no such part, so that the first step has to end before the first line. */
  readonly headerless: boolean;
  /** Specifiers of its static imports, in source order: the order of evaluation. */
  readonly imports: readonly string[];
}

const exportDefinition = 'Object.defineProperty(__vite_ssr_exports__, ';
const stringLiteral = /(["'])((?:[^\\]|\\.)*?)\1/y;

/**
 * Makes the output of the module-runner transform a generator body in two steps:
 * up to `yield` it declares exports and takes its imports, after it runs the author's code.
 * All modules of a graph make the first step before any makes the second, as ES modules do; so functions
 * are there in circular imports and no module waits for another inside its code.
 */
export function splitLinkHeader(transformed: string, dependencies: readonly string[]): LinkedCode {
  // The names appear in messages ("… is not a function"), where "vite" would mislead; equal length keeps all columns.
  let code = transformed.replaceAll('__vite_ssr_import_', '__imported_module_');
  let end = endOfExports(code);
  const imports = new Set<string>();
  for (let index = 0; ; index += 1) {
    const start = `const __imported_module_${index}__ = await __imported_module__(`;
    const found = code.indexOf(start, end);
    if (found === -1) break;
    const called = found + start.length;
    const literal = readLiteral(code, called);
    const specifier = dependencies.find(
      (dependency) => JSON.stringify(dependency) === literal || literal.slice(1, -1) === dependency,
    );
    if (specifier !== undefined) imports.add(specifier);
    code = code.slice(0, found) + start.replace('await ', '') + code.slice(called);
    end = endOfStatement(code, found);
    const star = `\n__vite_ssr_exportAll__(__imported_module_${index}__);`;
    if (code.startsWith(star, end)) end += star.length;
  }
  for (const dependency of dependencies) imports.add(dependency);
  const headerless = end === 0;
  return {
    code: headerless ? code : `${code.slice(0, end)}yield;${code.slice(end)}`,
    headerless,
    imports: [...imports],
  };
}

function endOfExports(code: string): number {
  let end = 0;
  for (let at = code.indexOf(exportDefinition); at !== -1; at = code.indexOf(exportDefinition, end)) {
    const close = code.indexOf('\n});', at);
    if (close === -1) break;
    end = close + '\n});'.length;
  }
  return end;
}

function endOfStatement(code: string, from: number): number {
  const close = code.indexOf(');', from);
  return close === -1 ? code.length : close + 2;
}

function readLiteral(code: string, at: number): string {
  stringLiteral.lastIndex = at;
  return stringLiteral.exec(code)?.[0] ?? '';
}
