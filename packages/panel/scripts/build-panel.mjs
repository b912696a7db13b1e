// Builds the panel for browsers, unless nothing that it is made of has changed.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildWhenChanged } from '../../../scripts/build-when-changed.mjs';

// whoever builds it, for tests too: it is what users get
process.env.NODE_ENV = 'production';
const folder = fileURLToPath(new URL('..', import.meta.url));

const source = {
  folders: ['packages/panel/app', 'packages/react/src', 'packages/react/styles', 'packages/core/src/protocol'],
  files: ['packages/panel/vite.config.ts'],
  stamp: path.join(folder, 'node_modules', '.panel-built-from'),
  result: path.join(folder, 'assets', 'index.html'),
};
await buildWhenChanged(source, () =>
  build({ configFile: path.join(folder, 'vite.config.ts'), root: path.join(folder, 'app'), logLevel: 'warn' }),
);
