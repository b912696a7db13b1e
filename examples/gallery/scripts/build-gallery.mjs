// Builds the gallery with both versions of React, unless nothing that it is made of has changed.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { makeHostStyles } from './make-host-styles.mjs';

// React only warns of mistakes in its development build
process.env.NODE_ENV = 'development';
const folder = fileURLToPath(new URL('..', import.meta.url));
const root = path.join(folder, '..', '..');
const dist = path.join(folder, 'dist');
const stamp = path.join(dist, '.built-from');
const madeOf = [
  'examples/gallery/app',
  'examples/gallery/scripts',
  'packages/react/src',
  'packages/react/styles',
  'packages/core/src/protocol',
];

const wanted = digest();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  for (const mode of ['19', '18']) {
    await build({
      configFile: path.join(folder, 'vite.config.ts'),
      root: path.join(folder, 'app'),
      mode,
      logLevel: 'warn',
    });
  }
  const styles = path.join(dist, 'host-styles');
  mkdirSync(styles, { recursive: true });
  for (const [name, text] of await makeHostStyles()) writeFileSync(path.join(styles, `${name}.css`), text);
  // so that browsers keep it compiled from one page to the next
  copyFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), path.join(dist, 'axe.js'));
  writeFileSync(stamp, wanted);
}

function digest() {
  const hash = createHash('sha256');
  const files = madeOf.flatMap((part) =>
    readdirSync(path.join(root, part), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  for (const file of [...files.toSorted(), path.join(root, 'pnpm-lock.yaml'), path.join(folder, 'vite.config.ts')]) {
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
