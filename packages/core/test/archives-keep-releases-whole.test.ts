import { mkdir, readFile, readdir, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPluginsFolder, type PluginsFolder } from '../src/testing/index.ts';
import { describeReleaseArchive } from '../src/testing/contracts/index.ts';
import { MemoryReleaseArchive } from '../src/stores/memory/memory-release-archive.ts';
import { DiskReleaseArchive } from '../src/discovery/disk-release-archive.ts';
import { readRelease } from '../src/discovery/read-release.ts';

const at = new Date(Date.UTC(2026, 0, 1));
let folder: PluginsFolder;
let directory: string;
beforeEach(async () => {
  folder = await createPluginsFolder({ demo: { 'index.js': 'export default {};', 'page.txt': 'one' } });
  directory = path.join(folder.directory, '.releases');
});
afterEach(() => folder[Symbol.asyncDispose]());

const open = (bound = 3): DiskReleaseArchive => new DiskReleaseArchive({ directory, bound, hostVersion: '1.0.0' });
const read = (): ReturnType<typeof readRelease> => readRelease(path.join(folder.directory, 'demo'), '1.0.0');

describeReleaseArchive('disk', (bound) => open(bound));
describeReleaseArchive('memory', (bound) => new MemoryReleaseArchive(bound));

describe('the archive on disk', () => {
  it('is found again by another process', async () => {
    const release = await read();
    await open().keep(release, at);
    expect(await open().list('demo')).toEqual([{ digest: release.digest, version: '1.0.0', liveAt: at }]);
    expect(await open().open('demo', release.digest)).toMatchObject({ digest: release.digest });
  });

  it('keeps files that are no code, dot-files too, and links the packages instead of copying them', async () => {
    await folder.write('demo', {
      '.settings/a.js': '1;',
      'sub/data.bin': 'x',
      'node_modules/pkg/index.js': 'module.exports = 1;',
      '.git/HEAD': 'ref',
    });
    const release = await read();
    expect(await open().keep(release, at)).toBe(true);
    const copy = path.join(directory, 'demo', release.digest);
    expect(await readFile(path.join(copy, 'page.txt'), 'utf8')).toBe('one');
    expect(await readFile(path.join(copy, '.settings/a.js'), 'utf8')).toBe('1;');
    expect(await readFile(path.join(copy, 'sub/data.bin'), 'utf8')).toBe('x');
    expect(await realpath(path.join(copy, 'node_modules/pkg'))).toBe(
      path.join(folder.directory, 'demo/node_modules/pkg'),
    );
    expect((await readdir(copy)).includes('.git')).toBe(false);
  });

  it('does not keep a release whose other files changed before they were copied', async () => {
    const release = await read();
    await folder.write('demo', { 'page.txt': 'two' });
    expect(await open().keep(release, at)).toBe(false);
    expect(await open().list('demo')).toEqual([]);
    expect(await readdir(path.join(directory, 'demo'))).toEqual([]);
  });

  it('keeps a release whose code changed before it was copied, since it has the texts itself', async () => {
    await folder.write('demo', { 'sub/gone.js': '1;' });
    const release = await read();
    await folder.write('demo', { 'index.js': 'other', 'new.js': 'new' });
    await folder.remove('demo', 'sub');
    expect(await open().keep(release, at)).toBe(true);
    const opened = await open().open('demo', release.digest);
    expect([...(opened?.sources.keys() ?? [])].map((file) => path.basename(file)).toSorted()).toEqual([
      'gone.js',
      'index.js',
      'plugin.json',
    ]);
  });

  it('gives back a copy into which its plugin has written, as the same release', async () => {
    const release = await read();
    await open().keep(release, at);
    const copy = path.join(directory, 'demo', release.digest);
    await writeFile(path.join(copy, 'data.json'), '{}');
    await writeFile(path.join(copy, 'page.txt'), 'changed');
    expect(await open().open('demo', release.digest)).toMatchObject({ digest: release.digest, directory: copy });
  });

  it('throws away a copy whose code is no longer whole', async () => {
    const release = await read();
    await open().keep(release, at);
    await writeFile(path.join(directory, 'demo', release.digest, 'index.js'), 'exp');
    expect(await open().open('demo', release.digest)).toBeUndefined();
    expect(await open().list('demo')).toEqual([]);
    expect(await readdir(path.join(directory, 'demo'))).toEqual(['releases.json']);
    expect(await open().keep(release, at)).toBe(true);
    expect(await open().open('demo', release.digest)).toBeDefined();
  });

  it('removes what a killed process left unfinished, but nothing that another one is just writing', async () => {
    const old = path.join(directory, 'demo', 'unfinished-1');
    const fresh = path.join(directory, 'demo', 'unfinished-2');
    await mkdir(old, { recursive: true });
    await mkdir(fresh, { recursive: true });
    await utimes(old, 0, 0);
    const release = await read();
    await open().keep(release, at);
    expect((await readdir(path.join(directory, 'demo'))).toSorted()).toEqual(
      [release.digest, 'releases.json', 'unfinished-2'].toSorted(),
    );
  });

  it('reads a torn index as empty, and writes a whole one next time', async () => {
    const release = await read();
    await open().keep(release, at);
    await writeFile(path.join(directory, 'demo', 'releases.json'), '[{"digest":');
    expect(await open().list('demo')).toEqual([]);
    await open().keep(release, at);
    expect(await open().list('demo')).toHaveLength(1);
  });

  it('is kept once when two processes keep the same release at the same time', async () => {
    const release = await read();
    expect(await Promise.all([open().keep(release, at), open().keep(release, at)])).toEqual([true, true]);
    expect(await open().list('demo')).toHaveLength(1);
    expect(await open().open('demo', release.digest)).toBeDefined();
  });

  it('does not follow links, and leaves git alone', async () => {
    await symlink(path.join(folder.directory, 'demo'), path.join(folder.directory, 'demo', 'loop'));
    const release = await read();
    expect(await open().keep(release, at)).toBe(true);
    expect(await readFile(path.join(directory, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('rejects when it cannot write, and goes on to hold what it had', async () => {
    const release = await read();
    await rm(directory, { recursive: true, force: true });
    await writeFile(directory, 'a file where the folder should be');
    await expect(open().keep(release, at)).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(await open().list('demo')).toEqual([]);
  });
});
