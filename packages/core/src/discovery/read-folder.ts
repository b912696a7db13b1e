import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** What is in a plugin folder: the texts of its code, and a digest over everything. */
export interface FolderContents {
  /** Texts of code and JSON files by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
  /** SHA-256 over paths and contents, in hexadecimal. */
  readonly digest: string;
}

const codeFile = /\.(?:[cm]?[jt]sx?|json)$/;

/** Whether the text of a file is part of a release's `sources`, by its name. */
export function isCodeFile(file: string): boolean {
  return codeFile.test(file);
}

/** Reads a plugin folder; `node_modules`, dot-files and links are no part of it. */
export async function readFolder(folder: string): Promise<FolderContents> {
  const files = (await listFiles(folder)).toSorted();
  const contents = await Promise.all(files.map(readUnlessGone));
  const hash = createHash('sha256');
  const sources = new Map<string, string>();
  for (const [index, file] of files.entries()) {
    const content = contents[index];
    if (content === undefined) continue;
    hash.update(`${path.relative(folder, file)}\0${content.length}\0`).update(content);
    if (isCodeFile(file)) sources.set(file, content.toString('utf8'));
  }
  return { sources, digest: hash.digest('hex') };
}

/** Editors write a file beside the one they save and rename it; what was listed may be gone when it is read. */
async function readUnlessGone(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return listFiles(file);
      return entry.isFile() ? [file] : [];
    }),
  );
  return nested.flat();
}
