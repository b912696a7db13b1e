import fs from 'node:fs';
import path from 'node:path';
import type { Release } from '../../manifest/release.ts';
import type { PackageType } from './transform-source.ts';

/** A package.json, as far as module resolution reads it. */
interface PackageJson {
  readonly name?: unknown;
  readonly type?: unknown;
  readonly imports?: unknown;
  readonly exports?: unknown;
}

/** A package.json with the folder it speaks for. */
interface PackageScope {
  readonly directory: string;
  readonly json: PackageJson;
}

/** The files of one release: its texts first, then the disk for what a release leaves out (dot-folders, generated files). */
export class ReleaseFiles {
  readonly #release: Release;
  readonly #scopes = new Map<string, PackageScope | undefined>();

  constructor(release: Release) {
    this.#release = release;
  }

  has(file: string): boolean {
    return this.#release.sources.has(file) || fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  }

  read(file: string): string {
    return this.#release.sources.get(file) ?? fs.readFileSync(file, 'utf8');
  }

  /** The real path of a file that exists; the paths of a release are real already. */
  realPath(file: string): string {
    return this.#release.sources.has(file) ? file : fs.realpathSync(file);
  }

  /** Whether the file is the plugin's own code, and so a part of the generation. */
  owns(file: string): boolean {
    if (this.#release.sources.has(file)) return true;
    const relative = path.relative(this.#release.directory, file);
    if (relative.startsWith('..') || path.isAbsolute(relative)) return false;
    return !relative.split(path.sep).includes('node_modules');
  }

  /** The nearest package.json above the file, but not above the plugin folder: where a plugin lies must not change it. */
  packageScope(directory: string): PackageScope | undefined {
    if (this.#scopes.has(directory)) return this.#scopes.get(directory);
    const scope =
      this.#readScope(directory) ??
      (this.#isWithin(path.dirname(directory)) ? this.packageScope(path.dirname(directory)) : undefined);
    this.#scopes.set(directory, scope);
    return scope;
  }

  packageType(file: string): PackageType {
    const type = this.packageScope(path.dirname(file))?.json.type;
    return type === 'module' || type === 'commonjs' ? type : undefined;
  }

  #isWithin(directory: string): boolean {
    return directory === this.#release.directory || directory.startsWith(this.#release.directory + path.sep);
  }

  #readScope(directory: string): PackageScope | undefined {
    const file = path.join(directory, 'package.json');
    if (!this.has(file)) return undefined;
    try {
      const json: unknown = JSON.parse(this.read(file));
      return typeof json === 'object' && json !== null ? { directory, json } : undefined;
    } catch {
      // A broken package.json says nothing; the package manager is the one to complain.
      return undefined;
    }
  }
}
