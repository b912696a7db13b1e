import { execFile } from 'node:child_process';
import { cp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of this package. */
export const packageDirectory: string = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs `prisma generate` on our models together with further ones, and returns the folder of the client. It is within
 * the package, where the client finds its runtime; the folder is ignored by git. It lies to its schema as ours does, so
 * that without further models it is our client to the letter.
 */
export async function generateClient(name: string, furtherModels = ''): Promise<string> {
  const folder = path.join(packageDirectory, '.cache', name);
  const schema = path.join(folder, 'schema');
  await rm(folder, { recursive: true, force: true });
  await cp(path.join(packageDirectory, 'schema'), schema, { recursive: true });
  if (furtherModels !== '') await writeFile(path.join(schema, 'further.prisma'), furtherModels);
  const cli = path.join(path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build/index.js');
  await promisify(execFile)(process.execPath, [cli, 'generate', '--schema', schema], { cwd: packageDirectory });
  return path.join(folder, 'src/generated');
}
