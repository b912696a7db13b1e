import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startExampleHost, type ExampleHost } from './example-host.ts';
import { readPage, valueOf, type Block } from './pages.ts';

// Blocks marked `sh run` are typed into a shell beside a running example host, in the order of the page.
// A block `json answer` after one holds what the last command prints, at least; "…" in a text stands for anything.
// Blocks with `file=` are saved under that name, and `<!-- restart -->` restarts the host.
const token = 'the-token-of-the-documentation';
const patienceMs = 10_000;

let host: ExampleHost;
beforeAll(async () => {
  host = await startExampleHost(token);
});
afterAll(() => host[Symbol.asyncDispose]());

test.each(['README.md', 'docs/getting-started.md', 'docs/reference/admin-api.md', 'docs/reference/operations-api.md'])(
  '%s: what it tells to type works',
  async (file) => {
    const { blocks } = readPage(file);
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      const answer = next?.words.includes('answer') ? (JSON.parse(next.text) as unknown) : undefined;
      await follow(block, answer);
    }
  },
);

async function follow(block: Block, answer: unknown): Promise<void> {
  const file = valueOf(block, 'file');
  if (file !== undefined) {
    const target = path.join(host.folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, block.text);
  }
  if (block.language === 'restart') await host.restart();
  if (block.language !== 'sh' || !block.words.includes('run')) return;
  const ask = async (): Promise<unknown> => JSON.parse(await run(block));
  // hot reload takes a moment after a file was saved, so a question may be asked again
  if (block.words.includes('retry')) {
    await expect.poll(ask, { timeout: patienceMs, message: block.at }).toEqual(atLeast(answer));
  } else {
    expect(await ask(), block.at).toEqual(atLeast(answer));
  }
}

/** What the block prints on its last line. */
async function run({ text, at, words }: Block): Promise<string> {
  const silent = 'set -e; curl() { command curl --silent --show-error --no-buffer --max-time 20 "$@"; echo; }\n';
  const script = silent + text.replaceAll('localhost:3000', host.address());
  return new Promise((resolve, reject) => {
    const options = { cwd: host.folder, env: { ...process.env, ADMIN_TOKEN: token } };
    execFile('bash', ['-c', script], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${at}: ${stderr}${stdout}`, { cause: error }));
      else if (!words.includes('refused') && stdout.includes('"success":false')) reject(new Error(`${at}: ${stdout}`));
      else resolve(stdout.trim().split('\n').at(-1) ?? '');
    });
  });
}

/** What matches a value that has at least what is wanted. */
function atLeast(wanted: unknown): unknown {
  if (wanted === undefined || wanted === '…') return expect.anything();
  if (typeof wanted === 'string' && wanted.endsWith('…')) return expect.stringContaining(wanted.slice(0, -1));
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  if (Array.isArray(wanted)) return expect.arrayContaining(wanted.map(atLeast));
  return expect.objectContaining(
    Object.fromEntries(Object.entries(wanted).map(([key, member]) => [key, atLeast(member)])),
  );
}
