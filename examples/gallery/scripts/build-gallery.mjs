// Builds the gallery with both versions of React, unless nothing that it is made of has changed.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildWhenChanged } from '../../../scripts/build-when-changed.mjs';
import { makeHostStyles } from './make-host-styles.mjs';

// React only warns of mistakes in its development build
process.env.NODE_ENV = 'development';
const folder = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(folder, 'dist');

const source = {
  folders: [
    'examples/gallery/app',
    'examples/gallery/scripts',
    'packages/react/src',
    'packages/react/styles',
    'packages/core/src/protocol',
  ],
  files: ['examples/gallery/vite.config.ts'],
  stamp: path.join(dist, '.built-from'),
};
await buildWhenChanged(source, async () => {
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
});
