import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * SHA-256 over what makes a plugin run differently: its code, `plugin.json`, `package.json` and the JSON files that
 * its code imports by name. Other JSON is data, which a plugin may write into its own folder without being reloaded.
 */
export function codeDigest(folder: string, sources: ReadonlyMap<string, string>): string {
  const hasData = [...sources.keys()].some((file) => file.endsWith('.json') && !isManifest(folder, file));
  const imported = hasData ? importedJson(sources) : new Set();
  const hash = createHash('sha256');
  for (const [file, text] of [...sources].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (file.endsWith('.json') && !isManifest(folder, file) && !imported.has(file)) continue;
    hash.update(`${path.relative(folder, file)}\0${text.length}\0`).update(text);
  }
  return hash.digest('hex');
}

function isManifest(folder: string, file: string): boolean {
  return path.basename(file) === 'package.json' || file === path.join(folder, 'plugin.json');
}

const importedPath = /\b(?:from|import|require)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]+)\1/g;

function importedJson(sources: ReadonlyMap<string, string>): ReadonlySet<string> {
  const imported = new Set<string>();
  for (const [file, text] of sources) {
    if (file.endsWith('.json')) continue;
    for (const [, , specifier = ''] of text.matchAll(importedPath)) {
      const target = path.resolve(path.dirname(file), specifier);
      imported.add(target).add(`${target}.json`);
    }
  }
  return imported;
}
