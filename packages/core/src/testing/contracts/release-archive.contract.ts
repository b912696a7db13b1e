import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRelease } from '../../discovery/read-release.ts';
import type { Release } from '../../manifest/release.ts';
import type { ReleaseArchive } from '../../ports/release-archive.ts';
import { createPluginsFolder, manifestOf, type PluginsFolder } from '../plugin-folder.ts';

/** Makes the archive under test: empty, holding at most so many releases of each plugin. */
export type OpenReleaseArchive = (bound: number) => ReleaseArchive | Promise<ReleaseArchive>;

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

/** What every archive of releases promises. */
export function describeReleaseArchive(name: string, openArchive: OpenReleaseArchive): void {
  describe(`${name}: the archive of releases`, () => {
    let folder: PluginsFolder;
    let archive: ReleaseArchive;
    beforeEach(async () => {
      folder = await createPluginsFolder();
      archive = await openArchive(3);
    });
    afterEach(() => folder[Symbol.asyncDispose]());

    async function release(version: string, plugin = 'demo'): Promise<Release> {
      await folder.write(plugin, {
        'plugin.json': manifestOf(plugin, { version }),
        'index.js': `export default { version: '${version}' };`,
      });
      return readRelease(`${folder.directory}/${plugin}`, '1.0.0');
    }

    it('holds nothing of a plugin that it was given nothing of', async () => {
      expect(await archive.list('demo')).toEqual([]);
      expect(await archive.open('demo', 'a'.repeat(64))).toBeUndefined();
    });

    it('gives back the manifest and the code that it was given, after the folder has changed', async () => {
      const first = await release('1.0.0');
      expect(await archive.keep(first, at(1))).toBe(true);
      await release('2.0.0');
      const opened = await archive.open('demo', first.digest);
      expect(opened).toMatchObject({ plugin: 'demo', digest: first.digest, manifest: first.manifest, warnings: [] });
      const texts = [...(opened?.sources.values() ?? [])];
      expect(texts.toSorted()).toEqual([...first.sources.values()].toSorted());
      expect(opened?.sources.has(opened.entry ?? '')).toBe(true);
    });

    it('lists what went live last first, and moves what goes live again to the front', async () => {
      const first = await release('1.0.0');
      await archive.keep(first, at(1));
      const second = await release('2.0.0');
      await archive.keep(second, at(2));
      expect(await archive.list('demo')).toEqual([
        { digest: second.digest, version: '2.0.0', liveAt: at(2) },
        { digest: first.digest, version: '1.0.0', liveAt: at(1) },
      ]);
      expect(await archive.keep(first, at(3))).toBe(true);
      expect(await archive.list('demo')).toEqual([
        { digest: first.digest, version: '1.0.0', liveAt: at(3) },
        { digest: second.digest, version: '2.0.0', liveAt: at(2) },
      ]);
    });

    it('lets go of the oldest beyond its bound, and of nothing of other plugins', async () => {
      const other = await release('1.0.0', 'other');
      await archive.keep(other, at(0));
      const releases: Release[] = [];
      for (const second of [1, 2, 3, 4]) {
        const next = await release(`1.0.${second}`);
        releases.push(next);
        await archive.keep(next, at(second));
      }
      expect((await archive.list('demo')).map(({ version }) => version)).toEqual(['1.0.4', '1.0.3', '1.0.2']);
      expect(await archive.open('demo', releases[0]?.digest ?? '')).toBeUndefined();
      expect(await archive.open('demo', releases[1]?.digest ?? '')).toBeDefined();
      expect(await archive.open('other', other.digest)).toBeDefined();
    });
  });
}
