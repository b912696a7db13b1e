import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Whether a name is no part of a plugin, wherever it stands: what packages bring along, and names with a dot in front. */
export function isLeftOut(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

const sourceFile = /\.(?:[cm]?[jt]sx?|json|css)$/;

/** Whether a file is code, a style sheet or JSON, judged by its name. */
export function isSourceFile(file: string): boolean {
  return sourceFile.test(file);
}

/** The files of a plugin folder at any depth, sorted; links are passed over, and a folder that is not there has none. */
export async function listFiles(folder: string): Promise<string[]> {
  return (await filesBelow(folder)).toSorted();
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(emptyWhenGone);
  const nested = await Promise.all(
    entries.map(async (entry) => {
      if (isLeftOut(entry.name)) return [];
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(file);
      return entry.isFile() ? [file] : [];
    }),
  );
  return nested.flat();
}

/** Folders are replaced while they are read; what is gone by then will be reported by whoever watches. */
function emptyWhenGone(error: unknown): never[] {
  if (isGone(error)) return [];
  throw error;
}

/** Whether a file system call failed because there is no such file or folder. */
export function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
