import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from '../src/directory-lock.ts';
import { openEmbeddedDatabase } from '../src/open-embedded-database.ts';
import { copyEmbeddedTemplate } from './support/databases.ts';
import { kill9, runTypescript } from './support/run-typescript.ts';

describe('the lock of a directory', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'catalyst-lock-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const claims = async (): Promise<string[]> => (await readdir(directory)).filter((name) => name.startsWith('lock-'));

  /** Leaves the claim of another process; members are those of a claim of this process unless given. */
  async function leaveClaim(members: object): Promise<string> {
    const lock = await lockDirectory(directory);
    const [name = ''] = await claims();
    const own: object = JSON.parse(await readFile(path.join(directory, name), 'utf8'));
    await lock.release();
    const file = path.join(directory, `lock-${randomUUID()}.json`);
    await writeFile(file, JSON.stringify({ ...own, since: Date.now() - 60_000, ...members }));
    return file;
  }

  it('is given once, and again after it was released', async () => {
    const first = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({
      code: 'DATABASE_LOCKED',
      message: expect.stringContaining('this process itself'),
      hint: expect.stringContaining('postgresql://'),
    });
    await first.release();
    const second = await lockDirectory(directory);
    await second.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('of eight that ask at once exactly one gets it, with the claim of a dead process in the way', async () => {
    await leaveClaim({ pid: 2 ** 22 + 1 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await claims()).toHaveLength(1);
  });

  it('is taken over from a process that is dead', async () => {
    const file = await leaveClaim({ pid: 2 ** 22 + 1 });
    const lock = await lockDirectory(directory);
    expect(await claims()).not.toContain(path.basename(file));
    await lock.release();
  });

  it.runIf(process.platform === 'linux')('is taken over when another process has the pid of the dead one', async () => {
    await leaveClaim({ pid: process.pid, processStart: '1' });
    await (await lockDirectory(directory)).release();
  });

  it('is taken over after a restart of the machine', async () => {
    await leaveClaim({ pid: process.pid, boot: 'an earlier one' });
    await (await lockDirectory(directory)).release();
  });

  it('is taken over when a power failure left a claim that cannot be read', async () => {
    await writeFile(path.join(directory, `lock-${randomUUID()}.json`), '');
    await (await lockDirectory(directory)).release();
    expect(await claims()).toEqual([]);
  });

  it('is refused while a process in another container or machine gives signs of life', async () => {
    const file = await leaveClaim({ pid: 1, host: 'another-machine' });
    const beating = setInterval(() => void utimes(file, new Date(), new Date()), 100);
    try {
      await expect(lockDirectory(directory)).rejects.toMatchObject({
        code: 'DATABASE_LOCKED',
        message: expect.stringContaining('process 1 on another-machine'),
        hint: expect.stringContaining(file),
      });
    } finally {
      clearInterval(beating);
    }
  });

  it('is taken over from a process in another container or machine that has been silent', async () => {
    const file = await leaveClaim({ pid: 1, pidNamespace: 'pid:[1]', host: 'another-machine' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(file, longAgo, longAgo);
    await (await lockDirectory(directory)).release();
  });
});

describe('an embedded database', () => {
  it('is refused to a second process while the first goes on, and free as soon as the first was killed', async () => {
    const directory = await copyEmbeddedTemplate();
    const holder = runTypescript('./hold-database.ts', directory.value);
    try {
      await once(holder, 'message');
      await sleep(2_000);
      await expect(openEmbeddedDatabase({ directory: directory.value })).rejects.toMatchObject({
        code: 'DATABASE_LOCKED',
        message: expect.stringContaining(`process ${holder.pid}`),
        hint: expect.stringContaining('DATABASE_URL=postgresql://'),
      });
      expect(holder.exitCode).toBeNull();
      await kill9(holder);
      const database = await openEmbeddedDatabase({ directory: directory.value });
      await database.close();
    } finally {
      holder.kill('SIGKILL');
      await directory.dispose();
    }
  });
});
