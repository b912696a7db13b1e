import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginsFolder, type TestHost } from '../src/testing/index.ts';
import { answering } from './support/plugins.ts';
import { eventually, rejection } from './support/probe.ts';

const run = promisify(execFile);

/** Mounts a disk of 256 kB; `undefined` where that is not allowed. */
async function mount(): Promise<(AsyncDisposable & { directory: string }) | undefined> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'catalyst-small-disk-'));
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory]).then(
    () => true,
    () => false,
  );
  const dispose = async (): Promise<void> => {
    if (isMounted) await run('umount', ['-l', directory]);
    await rm(directory, { recursive: true, force: true });
  };
  if (isMounted) return { directory, [Symbol.asyncDispose]: dispose };
  await dispose();
  return undefined;
}

const probe = await mount();
await probe?.[Symbol.asyncDispose]();
const isRootInCi = process.env['CI'] !== undefined && process.getuid?.() === 0;

/** Fills the disk to the last byte. */
function fill(directory: string): void {
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (let part = 0; part < 10_000; part += 1)
        writeFileSync(path.join(directory, `.filler-${size}-${part}`), Buffer.alloc(size));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  }
}

const warned = ({ logger }: TestHost, words: string) =>
  logger.lines.filter(({ level, message }) => level === 'warn' && message.includes(words));

describe.skipIf(!probe && !isRootInCi)(
  `with a full disk${probe ? '' : ' (SKIPPED: needs the right to mount one)'}`,
  () => {
    it('the host goes on: it warns once of each file, refuses secrets, and reloads from memory', async () => {
      await using disk = await mount();
      if (!disk) throw new Error('no disk can be mounted');
      const { directory } = disk;
      const write = async (word: string): Promise<void> => {
        const files = answering('one', word, { config: { token: { type: 'password' } } });
        await run('mkdir', ['-p', path.join(directory, 'one')]);
        for (const [name, text] of Object.entries(files))
          writeFileSync(path.join(directory, 'one', name), typeof text === 'string' ? text : JSON.stringify(text));
      };
      await write('old');
      const folder = { directory } as PluginsFolder;
      await using test = await createTestHost({ folder, releases: {} });
      await eventually(() => readFile(path.join(directory, '.known-plugins.json')));
      fill(directory);
      await test.host.disable('one');
      await test.host.enable('one');
      await test.host.reload('one');
      expect(await test.http.request('one', 'GET', '/version')).toBe('old');
      await eventually(() => expect(warned(test, 'would not know what is wanted')).toHaveLength(1));
      expect(warned(test, 'which plugin kills the process')).toHaveLength(1);
      expect(await rejection(test.host.updateConfig('one', { token: 'geheim' }))).toMatchObject({
        code: 'SECRET_KEY_UNAVAILABLE',
        message: expect.stringContaining('ENOSPC'),
      });
      expect(await test.http.request('one', 'GET', '/version')).toBe('old');
      await test.expectNothingLeft();
    });
  },
);
