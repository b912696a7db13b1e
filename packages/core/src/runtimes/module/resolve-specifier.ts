import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ModuleError, positionOfSpecifier } from './module-error.ts';
import { lookUpPackageMap } from './package-map.ts';
import type { ReleaseFiles } from './release-files.ts';
import type { ModuleFormat } from './transform-source.ts';

/** Where a specifier leads: to a file of the generation, or to something that Node loads once for the whole process. */
export type Resolution =
  | { readonly kind: 'own'; readonly path: string }
  | { readonly kind: 'native'; readonly specifier: string };

/** A file that imports something. */
export interface Importer {
  readonly path: string;
  readonly text: string;
  readonly format: ModuleFormat;
}

const ownExtensions: ReadonlySet<string> = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.json',
]);
const added = [
  '.ts',
  '.js',
  '.mts',
  '.mjs',
  '.cts',
  '.cjs',
  '.tsx',
  '.jsx',
  '.json',
  '/index.ts',
  '/index.js',
  '/index.mts',
  '/index.mjs',
  '/index.cjs',
];

/** Resolves as bundlers and TypeScript do: extensions may be missing, and `./x.js` also means `x.ts`. */
export function resolveSpecifier(files: ReleaseFiles, specifier: string, importer: Importer): Resolution {
  if (isBuiltin(specifier)) return { kind: 'native', specifier };
  const mapped = specifier.startsWith('#')
    ? ownImport(files, specifier, importer)
    : ownExport(files, specifier, importer);
  if (mapped !== undefined) return resolveFile(files, mapped, specifier, importer);
  if (specifier.startsWith('file:')) return resolveFile(files, fileURLToPath(specifier), specifier, importer);
  if (/^\.{0,2}\//.test(specifier) || /^\.{1,2}$/.test(specifier) || path.isAbsolute(specifier)) {
    return resolveFile(files, path.resolve(path.dirname(importer.path), specifier), specifier, importer);
  }
  return { kind: 'native', specifier };
}

function resolveFile(files: ReleaseFiles, target: string, specifier: string, importer: Importer): Resolution {
  const found = findFile(files, target);
  if (found === undefined) throw notFound(specifier, importer);
  const real = files.realPath(found);
  if (files.owns(real) && ownExtensions.has(path.extname(real))) return { kind: 'own', path: real };
  return { kind: 'native', specifier: pathToFileURL(real).href };
}

/** The file that a path means, with the extension that the author left out or wrote for the compiled file. */
function findFile(files: ReleaseFiles, target: string): string | undefined {
  if (files.has(target)) return target;
  const compiled = /\.([cm]?)js(x?)$/.exec(target);
  if (compiled !== null) {
    const stem = target.slice(0, compiled.index);
    const typed = [`${stem}.${compiled[1]}ts${compiled[2]}`, `${stem}.tsx`].find((file) => files.has(file));
    if (typed !== undefined) return typed;
  }
  const extended = added.find((ending) => files.has(target + ending));
  if (extended !== undefined) return path.normalize(target + extended);
  // Local ES module specifiers are URLs: a query and escapes are legal there.
  const plain = decodePath(target.replace(/[?#].*$/, ''));
  return plain === target ? undefined : findFile(files, plain);
}

function decodePath(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function ownImport(files: ReleaseFiles, specifier: string, importer: Importer): string | undefined {
  const scope = files.packageScope(path.dirname(importer.path));
  const target = lookUpPackageMap(scope?.json.imports, specifier);
  return scope !== undefined && target?.startsWith('./') === true ? path.join(scope.directory, target) : undefined;
}

/** A package may import itself by its own name; natively that would be a second, never reloaded copy of its modules. */
function ownExport(files: ReleaseFiles, specifier: string, importer: Importer): string | undefined {
  const scope = files.packageScope(path.dirname(importer.path));
  const name = scope?.json.name;
  if (scope === undefined || typeof name !== 'string' || scope.json.exports === undefined) return undefined;
  if (specifier !== name && !specifier.startsWith(`${name}/`)) return undefined;
  const target = lookUpPackageMap(scope.json.exports, `.${specifier.slice(name.length)}`);
  return target?.startsWith('./') === true ? path.join(scope.directory, target) : undefined;
}

function notFound(specifier: string, importer: Importer): ModuleError {
  return new ModuleError(`Cannot find module '${specifier}' imported from ${importer.path}`, {
    // Plugins compare the code to tell an optional module that is not there from a broken one.
    code: importer.format === 'commonjs' ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND',
    position: positionOfSpecifier(importer.path, importer.text, specifier),
  });
}
