import { createHash } from 'node:crypto';
import { createReadStream, readFile as readFileByCallback } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isGone, isSourceFile, listFiles } from './folder-entries.ts';

// the function of node:fs/promises takes twice the time: it makes and closes a handle for every file
const readFile = promisify(readFileByCallback);

/** What is in a plugin folder: the texts of its code, and a digest over everything. */
export interface FolderContents {
  /** Texts of code and JSON files by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
  /** SHA-256 over paths and contents, in hexadecimal. */
  readonly digest: string;
}

/** A JSON file beyond this is data, not a part of the code; so it is not kept in memory. */
const largestJsonBytes = 4 * 1024 * 1024;

/** How many files are open at a time. */
const lanes = 32;

/** Reads a plugin folder; `node_modules`, dot-files and links are no part of it. */
export async function readFolder(folder: string): Promise<FolderContents> {
  const files = await listFiles(folder);
  const sources = await readTexts(files.filter(isSourceFile));
  const digests = await inLanes(files, async (file) => {
    const text = sources.get(file);
    return text === undefined ? digestOfFile(file) : createHash('sha256').update(text).digest('hex');
  });
  const hash = createHash('sha256');
  for (const [index, file] of files.entries())
    if (digests[index] !== undefined) hash.update(`${path.relative(folder, file)}\0${digests[index]}\0`);
  return { sources, digest: hash.digest('hex') };
}

/** Reads only the code and JSON files of a plugin folder: their texts by path. */
export async function readSources(folder: string): Promise<ReadonlyMap<string, string>> {
  return readTexts((await listFiles(folder)).filter(isSourceFile));
}

async function readTexts(files: readonly string[]): Promise<Map<string, string>> {
  const texts = await inLanes(files, (file) => unlessGone(readText(file)));
  const sources = new Map<string, string>();
  for (const [index, file] of files.entries()) {
    const text = texts[index];
    if (text !== undefined) sources.set(file, text);
  }
  return sources;
}

async function readText(file: string): Promise<string | undefined> {
  if (file.endsWith('.json') && (await stat(file)).size > largestJsonBytes) return undefined;
  return readFile(file, 'utf8');
}

/** Images and the like may be large; they pass through and are never held. */
function digestOfFile(file: string): Promise<string | undefined> {
  const digest = async (): Promise<string> => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  };
  return unlessGone(digest());
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
