import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isLeftOut, isSourceFile, listFiles } from './folder-entries.ts';
import type { FolderEvents, FolderEventsOptions } from './folder-events.ts';

/** Time between two looks at all folders, in milliseconds. */
const intervalMs = 100;

/** Looks at the folders from time to time, for file systems that tell nothing. Starts with every folder that is there. */
export async function pollFolders(options: FolderEventsOptions): Promise<FolderEvents> {
  const closing = new AbortController();
  const { signal } = closing;
  let before = await signatures(options.pluginsDir);
  const poll = async (): Promise<void> => {
    for (;;) {
      await pause(intervalMs, undefined, { signal });
      const now = await signatures(options.pluginsDir);
      for (const folder of new Set([...before.keys(), ...now.keys()]))
        if (before.get(folder) !== now.get(folder)) options.onChange(folder);
      before = now;
    }
  };
  poll().catch((error: unknown) => {
    if (!signal.aborted) options.onError(error);
  });
  return { follow: () => Promise.resolve(), close: () => closing.abort() };
}

/** Sizes and times of the code files of every folder. */
async function signatures(pluginsDir: string): Promise<Map<string, string>> {
  const names = await readdir(pluginsDir).catch((): string[] => []);
  const result = new Map<string, string>();
  for (const name of names) {
    const folder = path.join(pluginsDir, name);
    if (!isLeftOut(name)) result.set(folder, await signatureOf(folder));
  }
  return result;
}

async function signatureOf(folder: string): Promise<string> {
  const files = await listFiles(folder).catch((): string[] => []);
  const facts = await Promise.all(
    files.filter(isSourceFile).map(async (file) => {
      const status = await stat(file).catch(() => undefined);
      return `${file}\0${status?.ino}\0${status?.size}\0${status?.mtimeMs}`;
    }),
  );
  return facts.join('\n');
}
