import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { PluginError } from '../errors/plugin-error.ts';

/**
 * The real path of a file named in a manifest, links followed.
 * Throws `MANIFEST_PATH_ESCAPES` when it lies outside the folder, `ENTRY_NOT_FOUND` when there is no such file.
 */
export async function containedPath(folder: string, relative: string, pointer: string): Promise<string> {
  const escapes = (message: string): PluginError =>
    new PluginError('MANIFEST_PATH_ESCAPES', `${pointer} of ${path.join(folder, 'plugin.json')}: ${message}`, {
      issues: [{ pointer, message }],
    });
  if (relative.includes('\u0000')) throw escapes('the path contains NUL');
  if (path.isAbsolute(relative) || /^[a-z]:|^[a-z]+:\/\//i.test(relative))
    throw escapes(`"${relative}" is not relative`);
  const named = path.resolve(folder, relative);
  if (!isInside(folder, named)) throw escapes(`"${relative}" leads out of the plugin folder`);
  const real = await realpath(named).catch((cause: unknown) => {
    throw new PluginError(
      'ENTRY_NOT_FOUND',
      `${pointer} of ${path.join(folder, 'plugin.json')}: there is no file "${relative}".`,
      { cause },
    );
  });
  if (!isInside(await realpath(folder), real))
    throw escapes(`"${relative}" is a link that leads out of the plugin folder`);
  return real;
}

/** Whether a path lies in a folder or is it. */
function isInside(folder: string, candidate: string): boolean {
  const relative = path.relative(folder, candidate);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
