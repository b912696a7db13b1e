import fs from 'node:fs';
import path from 'node:path';
import type { Namespace } from './namespace.ts';

/** Modules that a plugin shares with its host instead of having a copy of its own. */
export interface HostPackages {
  /** The directory from which the host's copy resolves; undefined for what is not shared or what the host has not got. */
  directoryFor(specifier: string): string | undefined;
  /** A module that the host hands over itself, by exact specifier. */
  provided(specifier: string): Namespace | undefined;
}

interface HostPackagesOptions {
  readonly hostDirectory: string;
  readonly sharedPackages: readonly string[];
  readonly provided: ReadonlyMap<string, Namespace>;
}

const corePackage = '@catalyst-plugins/core';

/** Finds the host's copies of the shared packages; of this package it is the copy that is running. */
export function createHostPackages({ hostDirectory, sharedPackages, provided }: HostPackagesOptions): HostPackages {
  const shared = new Set([corePackage, ...sharedPackages]);
  return {
    provided: (specifier) => provided.get(specifier),
    directoryFor(specifier) {
      const name = packageName(specifier);
      if (!shared.has(name)) return undefined;
      const candidates = name === corePackage ? [import.meta.dirname, hostDirectory] : [hostDirectory];
      return candidates.find((directory) => packageDirectory(directory, name) !== undefined);
    },
  };
}

/** The name of the package that a specifier leads into. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Where Node would find the package from there: in some node_modules, or as the package around the directory itself. */
export function packageDirectory(directory: string, name: string): string | undefined {
  for (let at = directory; ; at = path.dirname(at)) {
    const installed = path.join(at, 'node_modules', name);
    if (fs.existsSync(path.join(installed, 'package.json'))) return installed;
    if (nameOf(at) === name) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

function nameOf(directory: string): unknown {
  try {
    const json: { name?: unknown } = JSON.parse(fs.readFileSync(path.join(directory, 'package.json'), 'utf8'));
    return json.name;
  } catch {
    return undefined;
  }
}
