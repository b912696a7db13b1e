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
      return candidates.find((directory) => hasPackage(directory, name));
    },
  };
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whether Node would find the package from there, in some node_modules or as the package around the directory itself. */
function hasPackage(directory: string, name: string): boolean {
  for (let at = directory; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, 'node_modules', name, 'package.json')) || nameOf(at) === name) return true;
    if (at === path.dirname(at)) return false;
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
