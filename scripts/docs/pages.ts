import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a page, or the mark `<!-- restart -->` between two blocks. */
export interface Block {
  /** For messages: page and line. */
  readonly at: string;
  /** The first word after the fence; `restart` for the mark. */
  readonly language: string;
  /** The other words after the fence: `run`, `plugin.json` … */
  readonly words: readonly string[];
  readonly text: string;
}

/** One page of the documentation. */
export interface Page {
  /** Relative to the workspace, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its fenced blocks. */
  readonly prose: string;
}

/** Every page that this check answers for. */
export function readPages(): Page[] {
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.posix.join('docs', file.replaceAll(path.sep, '/')));
  const others = [
    'README.md',
    'CONTRIBUTING.md',
    'AGENTS.md',
    'packages/core/README.md',
    'packages/fastify-adapter/README.md',
    'packages/react/README.md',
  ];
  return [...others, ...docs.toSorted()].map(readPage);
}

/** Reads one page by its path in the workspace. */
export function readPage(file: string): Page {
  const text = readFileSync(path.join(root, file), 'utf8');
  const fence = /^```(\S+)?([^\n]*)\n([\s\S]*?)^```$|^<!-- restart -->$/gm;
  const blocks = [...text.matchAll(fence)].map(([whole, language = '', words = '', code = ''], index, all) => ({
    at: `${file}:${text.slice(0, all[index]?.index).split('\n').length}`,
    language: whole.startsWith('<!--') ? 'restart' : language,
    words: words.split(' ').filter((word) => word !== ''),
    text: code,
  }));
  return { path: file, text, blocks, prose: text.replaceAll(fence, '') };
}

/** The value of a word like `plugin=hello`. */
export function valueOf({ words }: Block, name: string): string | undefined {
  return words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The anchors of a page: its headings, in the form in which links name them. */
export function anchorsOf({ prose }: Page): Set<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
      const slug = heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}
