import { describe, expect, it } from 'vitest';
import path from 'node:path';
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

  it('are held in memory as far as they are code, or JSON of at most 4 MiB', async () => {
    const data = { ...files, 'large.json': JSON.stringify('x'.repeat(4 * 1024 * 1024)), 'small.json': '[]' };
    const { digest, sources } = await read(data);
    expect(sources).toEqual(['index.js', 'plugin.json', 'small.json']);
    expect((await read({ ...data, 'large.json': JSON.stringify('y'.repeat(4 * 1024 * 1024)) })).digest).not.toBe(
      digest,
    );
  });
});
