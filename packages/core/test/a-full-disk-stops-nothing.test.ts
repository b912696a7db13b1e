import { mkdirSync, writeFileSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestHost, type PluginsFolder, type TestHost } from '../src/testing/index.ts';
import { answering } from './support/plugins.ts';
import { eventually, rejection } from './support/probe.ts';
import { canMountDisk, mountSmallDisk } from './support/small-disk.ts';

const canMount = await canMountDisk();

const warned = ({ logger }: TestHost, words: string) =>
  logger.lines.filter(({ level, message }) => level === 'warn' && message.includes(words));

describe.skipIf(!canMount)(`with a full disk${canMount ? '' : ' (SKIPPED: needs the right to mount one)'}`, () => {
  it('the host goes on: it warns once of each file, refuses secrets, and reloads from memory', async () => {
    await using disk = await mountSmallDisk(256);
    const { directory } = disk;
    const files = answering('one', 'old', { config: { token: { type: 'password' } } });
    mkdirSync(path.join(directory, 'one'));
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(directory, 'one', name), typeof text === 'string' ? text : JSON.stringify(text));
    const folder = { directory } as PluginsFolder;
    await using test = await createTestHost({ folder, releases: {} });
    // all that the start writes down is there: a file that is replaced later would leave room
    await eventually(async () =>
      expect(await readFile(path.join(directory, '.known-plugins.json'), 'utf8')).toContain('"state":"active"'),
    );
    await eventually(() => access(path.join(directory, '.releases', '.gitignore')));
    await eventually(() => access(path.join(directory, '.releases', 'one', 'releases.json')));
    disk.fill();
    await test.host.disable('one');
    await eventually(() => expect(warned(test, 'would not know what is wanted')).toHaveLength(1));
    await test.host.enable('one');
    await test.host.reload('one');
    expect(await test.http.request('one', 'GET', '/version')).toBe('old');
    expect(warned(test, 'would not know what is wanted')).toHaveLength(1);
    expect(warned(test, 'which plugin kills the process')).toHaveLength(1);
    expect(await rejection(test.host.updateConfig('one', { token: 'geheim' }))).toMatchObject({
      code: 'SECRET_KEY_UNAVAILABLE',
      message: expect.stringContaining('ENOSPC'),
    });
    expect(await test.http.request('one', 'GET', '/version')).toBe('old');
    await test.expectNothingLeft();
  });
});
