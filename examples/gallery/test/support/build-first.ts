import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The tests look at the gallery as it is built from the sources at hand. */
export function setup(): void {
  const script = fileURLToPath(new URL('../../scripts/build-gallery.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
