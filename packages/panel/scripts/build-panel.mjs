// Builds the panel for browsers, unless nothing that it is made of has changed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// whoever builds it, for tests too: it is what users get
process.env.NODE_ENV = 'production';
const folder = fileURLToPath(new URL('..', import.meta.url));
const root = path.join(folder, '..', '..');
const stamp = path.join(folder, 'node_modules', '.panel-built-from');
const page = path.join(folder, 'assets', 'index.html');
const madeOf = ['packages/panel/app', 'packages/react/src', 'packages/react/styles', 'packages/core/src/protocol'];

const wanted = digest();
if (!existsSync(page) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  await build({ configFile: path.join(folder, 'vite.config.ts'), root: path.join(folder, 'app'), logLevel: 'warn' });
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
