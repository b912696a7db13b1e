import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The lines of a stack trace that name call sites; none for values without one, whatever their getters do. */
export function stackFrames(thrown: unknown): string[] {
  try {
    const { stack, message } = thrown as { stack?: unknown; message?: unknown };
    if (typeof stack !== 'string') return [];
    // a message may have lines that look like call sites
    const head = typeof message === 'string' ? stack.indexOf(message) : -1;
    const sites = head === -1 ? stack : stack.slice(head + (message as string).length);
    return sites.split('\n').filter((line) => /^\s+at /.test(line));
  } catch {
    return [];
  }
}

/** Where in a folder a call site is, as `index.js:3:20`; undefined when it is elsewhere. */
export function positionInFolder(frame: string, folder: string): string | undefined {
  for (const start of [folder + path.sep, `${pathToFileURL(folder).href}/`]) {
    const index = frame.indexOf(start);
    if (index === -1) continue;
    // `/plugins/a` is also a part of `/backup/plugins/a`
    if (index > 0 && !/[\s(]/.test(frame[index - 1] ?? '')) continue;
    const position = /^[^)]*?:\d+:\d+/.exec(frame.slice(index + start.length))?.[0];
    if (position !== undefined) return position;
  }
  return undefined;
}
