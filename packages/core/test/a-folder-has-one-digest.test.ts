import { stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPluginsFolder, type PluginFiles } from '../src/testing/index.ts';
import { readFolder } from '../src/discovery/read-folder.ts';

const read = async (files: PluginFiles): Promise<{ digest: string; sources: string[] }> => {
  await using folder = await createPluginsFolder({ demo: files });
  const directory = path.join(folder.directory, 'demo');
  const { digest, sources } = await readFolder(directory);
  return { digest, sources: [...sources.keys()].map((file) => path.relative(directory, file)).toSorted() };
};

const files = { 'plugin.json': '{}', 'index.js': '1', 'a/picture.png': 'x'.repeat(300_000) };

describe('the contents of a folder', () => {
  it('have the same digest wherever they are, and another for every difference', async () => {
    const { digest } = await read(files);
    expect(await read(files)).toMatchObject({ digest });
    for (const other of [
      { ...files, 'index.js': '2' },
      { ...files, 'a/picture.png': 'y'.repeat(300_000) },
      { ...files, 'more.txt': '' },
      { 'plugin.json': '{}', 'index.js': '1', 'b/picture.png': files['a/picture.png'] },
    ])
      expect((await read(other)).digest).not.toBe(digest);
    const ignored = { ...files, '.env': 'A=1', 'node_modules/dep/index.js': '', 'a/.git/HEAD': '' };
    expect((await read(ignored)).digest).toBe(digest);
  });

  it('are taken from an earlier reading where a file was not touched since, whatever an edit does to hide', async () => {
    await using folder = await createPluginsFolder({ demo: { ...files, 'lib/same.js': 'same' } });
    const directory = path.join(folder.directory, 'demo');
    const [edited, same] = [path.join(directory, 'index.js'), path.join(directory, 'lib/same.js')];
    const first = await readFolder(directory);
    // files that were written a moment ago are not trusted yet
    let earlier = first;
    const isTrusted = async (): Promise<boolean> => {
      earlier = await readFolder(directory, first);
      return [...earlier.files.values()].every(({ stamp }) => stamp !== undefined);
    };
    await expect.poll(isTrusted).toBe(true);
    expect(earlier.digest).toBe(first.digest);
    const { atime, mtime } = await stat(edited);
    await writeFile(edited, '2');
    await utimes(edited, atime, mtime);
    const later = await readFolder(directory, earlier);
    expect(later.sources.get(edited)).toBe('2');
    expect(later.files.get(same)).toBe(earlier.files.get(same));
    expect(later.digest).toBe((await readFolder(directory)).digest);
    expect(later.digest).not.toBe(earlier.digest);
  });

  it('are held in memory as far as they are code, or JSON of at most 4 MiB', async () => {
    const data = { ...files, 'large.json': JSON.stringify('x'.repeat(4 * 1024 * 1024)), 'small.json': '[]' };
    const { digest, sources } = await read(data);
    expect(sources).toEqual(['index.js', 'plugin.json', 'small.json']);
    expect((await read({ ...data, 'large.json': JSON.stringify('y'.repeat(4 * 1024 * 1024)) })).digest).not.toBe(
      digest,
    );
  });
});
