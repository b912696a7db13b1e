import { readFileSync } from 'node:fs';

/**
 * The ways of loading code anew. `open(tree)` gives `load(change)`, which resolves to what the plugin answers after the
 * change, and `close()`; where memory is measured, `settle()` first lets go of what is kept elsewhere in production.
 */
export const ways = [
  { key: 'host', title: 'Catalyst Plugins', open: async (tree) => (await import('./host.mjs')).open(tree) },
  { key: 'query', title: '`import(entry?v=N)`', open: async (tree) => (await import('./query.mjs')).open(tree) },
  { key: 'jiti', title: 'jiti', package: 'jiti', open: async (tree) => (await import('./jiti.mjs')).open(tree) },
  {
    key: 'tsx',
    title: 'tsx (`tsImport`)',
    package: 'tsx',
    open: async (tree) => (await import('./tsx.mjs')).open(tree),
  },
  {
    key: 'vite',
    title: "Vite's module runner",
    package: 'vite',
    open: async (tree) => (await import('./vite.mjs')).open(tree),
  },
  { key: 'worker', title: 'a worker per reload', open: async (tree) => (await import('./worker.mjs')).open(tree) },
  {
    key: 'restart',
    title: '`node --watch` (the process restarts)',
    open: async (tree) => (await import('./restart.mjs')).open(tree),
  },
];

/** The way with this key. */
export function wayOf(key) {
  return ways.find((way) => way.key === key);
}

/** What tables call the way, with the version where it is a package. */
export function titleOf(key) {
  const { title, package: name } = wayOf(key);
  return name === undefined ? title : `${title}, ${versionOf(name)}`;
}

function versionOf(name) {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).devDependencies[name];
}
