// Removes what was compiled from sources that are not there any more, which a compiler leaves and a package would contain.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const compiled = /\.(?:js|d\.ts)(?:\.map)?$/;
const sourceEndings = ['.ts', '.tsx'];

/** `root` is the folder whose tsconfig.json names all packages. */
export function removeStaleOutput(root) {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  for (const { path: folder } of references) {
    const output = path.join(root, folder, 'dist');
    if (!existsSync(output)) continue;
    for (const file of readdirSync(output, { recursive: true })) {
      const source = path.join(root, folder, 'src', file.replace(compiled, ''));
      if (!compiled.test(file) || sourceEndings.some((ending) => existsSync(source + ending))) continue;
      rmSync(path.join(output, file));
    }
  }
}
