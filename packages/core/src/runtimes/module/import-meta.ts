import { isBuiltin } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModuleLinker } from './module-record.ts';
import type { ModuleSource } from './module-source.ts';

/** What `import.meta` is in a module: the same as in Node, without traces of the generation. */
interface PluginImportMeta {
  readonly url: string;
  readonly filename: string;
  readonly dirname: string;
  resolve(specifier: string): string;
}

/** Makes the `import.meta` of a module. */
export function createImportMeta(source: ModuleSource, linker: ModuleLinker): PluginImportMeta {
  return {
    url: pathToFileURL(source.path).href,
    filename: source.path,
    dirname: path.dirname(source.path),
    resolve: (specifier) => resolveUrl(source, linker, specifier),
  };
}

function resolveUrl(source: ModuleSource, linker: ModuleLinker, specifier: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  if (/^[a-z]{2,}:/i.test(specifier)) return specifier;
  // A path need not exist: plugins name files this way that they are about to write.
  if (/^\.{0,2}\//.test(specifier)) return resolvePath(source, linker, specifier);
  const resolution = linker.resolve(source, specifier);
  if (resolution.kind === 'own') return pathToFileURL(resolution.path).href;
  return pathToFileURL(linker.natives.resolve(resolution.specifier, source.path)).href;
}

function resolvePath(source: ModuleSource, linker: ModuleLinker, specifier: string): string {
  try {
    const resolution = linker.resolve(source, specifier);
    return resolution.kind === 'own' ? pathToFileURL(resolution.path).href : resolution.specifier;
  } catch {
    return new URL(specifier, pathToFileURL(source.path)).href;
  }
}
