import { createHash } from 'node:crypto';
import { createReadStream, lstat as lstatByCallback, readFile as readFileByCallback, type Stats } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { isGone, isSourceFile, listFiles } from './folder-entries.ts';

// the functions of node:fs/promises take twice the time: readFile makes and closes a handle for every file
const readFile = promisify(readFileByCallback);
const lstat = promisify(lstatByCallback);

/** What is in a plugin folder: the texts of its code, and a digest over everything. */
export interface FolderContents {
  /** Texts of code and JSON files by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
  /** SHA-256 over paths and contents, in hexadecimal. */
  readonly digest: string;
  /** What a later reading need not read again, by absolute path. */
  readonly files: ReadonlyMap<string, FileContents>;
}

/** One file as it was read. */
export interface FileContents {
  /** The text of code and JSON. */
  readonly text: string | undefined;
  readonly digest: string;
  /** Tells whether the file was touched since; undefined when that could not be told. */
  readonly stamp: string | undefined;
}

/** A JSON file beyond this is data, not a part of the code; so it is not kept in memory. */
const largestJsonBytes = 4 * 1024 * 1024;

/** How many files are open at a time. */
const lanes = 32;

/**
 * Reads a plugin folder; `node_modules`, dot-files and links are no part of it. Files that were not touched since an
 * earlier reading are taken from it.
 */
export async function readFolder(folder: string, known?: Pick<FolderContents, 'files'>): Promise<FolderContents> {
  const files = await listFiles(folder);
  const read = await inLanes(files, (file) => unlessGone(readContents(file, known?.files)));
  const found = new Map<string, FileContents>();
  const sources = new Map<string, string>();
  const hash = createHash('sha256');
  for (const [index, file] of files.entries()) {
    const contents = read[index];
    if (contents === undefined) continue;
    found.set(file, contents);
    if (contents.text !== undefined) sources.set(file, contents.text);
    hash.update(`${path.relative(folder, file)}\0${contents.digest}\0`);
  }
  return { sources, digest: hash.digest('hex'), files: found };
}

/** Reads only the code and JSON files of a plugin folder: their texts by path. */
export async function readSources(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = (await listFiles(folder)).filter(isSourceFile);
  const texts = await inLanes(files, (file) => unlessGone(readText(file)));
  const sources = new Map<string, string>();
  for (const [index, file] of files.entries()) {
    const text = texts[index];
    if (text !== undefined) sources.set(file, text);
  }
  return sources;
}

async function readContents(file: string, known: FolderContents['files'] | undefined): Promise<FileContents> {
  // the first reading knows nothing to compare with, and is done before anybody waits
  const stamp = known && stampOf(await lstat(file));
  const earlier = known?.get(file);
  if (stamp !== undefined && earlier?.stamp === stamp) return earlier;
  const text = isSourceFile(file) ? await readText(file) : undefined;
  const digest = text === undefined ? await digestOfFile(file) : createHash('sha256').update(text).digest('hex');
  return { text, digest, stamp };
}

/**
 * Every change of a file changes its `ctime`, if only the next one falls into another tick of the file system's clock.
 * So a file that was changed a moment ago gets no stamp, nor does one where that clock counts seconds.
 */
function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string | undefined {
  const tickMs = ctimeMs % 1_000 === 0 ? 2_500 : 50;
  return Date.now() - ctimeMs < tickMs ? undefined : `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

async function readText(file: string): Promise<string | undefined> {
  if (file.endsWith('.json') && (await lstat(file)).size > largestJsonBytes) return undefined;
  return readFile(file, 'utf8');
}

/** Images and the like may be large; they pass through and are never held. */
async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Editors write a file beside the one they save and rename it; what was listed may be gone when it is read. */
async function unlessGone<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Maps in order, a few at a time. */
async function inLanes<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const rest = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
