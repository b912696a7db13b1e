import { writeFileSync } from 'node:fs';
import { mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPluginsFolder } from '../src/testing/index.ts';
import { answering } from './support/plugins.ts';
import { eventually } from './support/probe.ts';
import { expectVersion, layered, untilWatcherIsDone, watching } from './support/watching.ts';

describe('a watched plugin is reloaded', () => {
  it.each([
    ['its entry is edited', 'index.js', layered['index.js'].replace("'entry'", "'changed'"), 'changed word deep'],
    ['a file that it imports is edited', 'lib/word.js', "export const word = 'changed';", 'entry changed deep'],
    ['a file three folders down is edited', 'a/b/c/deep.js', "export const deep = 'changed';", 'entry word changed'],
  ])('when %s', async (_what, file, text, expected) => {
    await using test = await watching();
    await expectVersion(test, 'entry word deep');
    await test.folder.write('demo', { [file]: text });
    await expectVersion(test, expected);
    expect(await test.host.audit({ type: 'plugin:reloaded' })).toMatchObject([{ actor: 'watcher' }]);
    await test.expectNothingLeft();
  });

  it('when an editor saves by writing another file and renaming it', async () => {
    await using test = await watching();
    for (const word of ['one', 'two', 'three']) {
      await writeFile(test.at('demo', 'lib', 'word.js.tmp'), `export const word = '${word}';`);
      await rename(test.at('demo', 'lib', 'word.js.tmp'), test.at('demo', 'lib', 'word.js'));
      await expectVersion(test, `entry ${word} deep`);
    }
    expect(test.host.summary('demo')?.lastFailure).toBeNull();
    await test.expectNothingLeft();
  });

  it('when an editor saves by moving the old file away and writing it anew', async () => {
    await using test = await watching();
    for (const word of ['one', 'two', 'three']) {
      await writeFile(test.at('demo', 'lib', '4913'), '');
      await unlink(test.at('demo', 'lib', '4913'));
      await rename(test.at('demo', 'lib', 'word.js'), test.at('demo', 'lib', 'word.js~'));
      await writeFile(test.at('demo', 'lib', 'word.js'), `export const word = '${word}';`);
      await unlink(test.at('demo', 'lib', 'word.js~'));
      await expectVersion(test, `entry ${word} deep`);
    }
    expect(await test.host.audit({ type: 'plugin:reload-failed' })).toEqual([]);
    await test.expectNothingLeft();
  });

  it('with the last of two saves that follow each other at once', async () => {
    await using test = await watching();
    for (const word of ['one', 'two', 'three', 'four', 'five']) {
      await test.folder.write('demo', { 'lib/word.js': `export const word = 'early ${word}';` });
      await test.folder.write('demo', { 'lib/word.js': `export const word = 'late ${word}';` });
      await expectVersion(test, `entry late ${word} deep`);
    }
    await test.expectNothingLeft();
  });

  it('when a file is deleted and written again, or its folder is replaced by another', async () => {
    await using test = await watching();
    await unlink(test.at('demo', 'lib', 'word.js'));
    await eventually(() => expect(test.host.summary('demo')?.lastFailure?.code).toBe('MODULE_FAILED'));
    await expectVersion(test, 'entry word deep');
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'again';" });
    await expectVersion(test, 'entry again deep');
    await mkdir(test.at('demo', 'next'));
    await writeFile(test.at('demo', 'next', 'word.js'), "export const word = 'next';");
    await rm(test.at('demo', 'lib'), { recursive: true });
    await rename(test.at('demo', 'next'), test.at('demo', 'lib'));
    await expectVersion(test, 'entry next deep');
  });

  it('not when its edit is broken: the last good one serves, and the next good edit is taken', async () => {
    await using test = await watching();
    await test.folder.write('demo', { 'lib/word.js': 'export const word = ;' });
    await eventually(() =>
      expect(test.host.summary('demo')?.lastFailure).toMatchObject({
        code: 'MODULE_FAILED',
        message: expect.stringMatching(/^lib\/word\.js:1:21 [^]*> 1 \| export const word = ;\n/),
      }),
    );
    await expectVersion(test, 'entry word deep');
    expect(test.host.summary('demo')?.state).toBe('active');
    await test.folder.write('demo', { 'lib/word.js': layered['lib/word.js'] });
    await eventually(() => expect(test.host.summary('demo')?.lastFailure).toBeNull());
    await expectVersion(test, 'entry word deep');
    await test.folder.write('demo', { 'plugin.json': '{' });
    await eventually(() => expect(test.host.summary('demo')?.lastFailure?.code).toBe('MANIFEST_INVALID'));
    await expectVersion(test, 'entry word deep');
    await test.expectNothingLeft();
  });

  it('once in a storm of 1,000 changes, and ends with what was written last', async () => {
    await using test = await watching();
    // in one go, so that the host hears of all of them at the same time
    for (let index = 0; index < 1_000; index += 1)
      writeFileSync(test.at('demo', 'lib', 'word.js'), `export const word = '${index}';`);
    await expectVersion(test, 'entry 999 deep');
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(1);
    await test.expectNothingLeft();
  });

  it('a few times only while it is written 200 times, and ends with what was written last', async () => {
    await using test = await watching();
    for (let index = 0; index < 200; index += 1) {
      await test.folder.write('demo', { 'lib/word.js': `export const word = '${index}';` });
    }
    await expectVersion(test, 'entry 199 deep');
    expect(test.reloads()).toBeGreaterThan(0);
    expect(test.reloads()).toBeLessThanOrEqual(5);
    await test.expectNothingLeft();
  });

  it('not when files are written that are no part of it, or that are what they were', async () => {
    await using test = await watching();
    await test.folder.write('demo', {
      'node_modules/dep/index.js': 'export {};',
      '.git/HEAD': 'ref',
      '.env': 'A=1',
      'lib/word.js': layered['lib/word.js'],
    });
    await utimes(test.at('demo', 'index.js'), new Date(), new Date());
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(0);
    expect(test.host.summary('demo')?.generation).toBe(1);
  });

  it('by looking from time to time, where the file system tells nothing', async () => {
    await using test = await watching({ watch: { polling: true } });
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'polled';" });
    await expectVersion(test, 'entry polled deep');
    await test.folder.write('late', answering('late', 'found'));
    await expectVersion(test, 'found', 'late');
    await test.folder.remove('late');
    await eventually(() => expect(test.host.summary('late')).toBeUndefined());
    await test.expectNothingLeft();
  });
});

describe('a watched folder', () => {
  it('takes in a plugin that is put there, whatever is written first', async () => {
    await using test = await watching({ plugins: {} });
    await test.folder.write('added', {
      'index.js':
        "export default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => 'added' }); } };",
    });
    await test.folder.write('added', {
      'plugin.json': { name: 'added', version: '1.0.0', backend: { entry: 'index.js' } },
    });
    await expectVersion(test, 'added', 'added');
    await test.folder.write('other', {
      'plugin.json': { name: 'other', version: '1.0.0', backend: { entry: 'index.js' } },
    });
    await eventually(() => expect(test.host.summary('other')?.reason?.code).toBe('ENTRY_NOT_FOUND'));
    await test.folder.write('other', { 'index.js': 'export default {};' });
    await eventually(() => expect(test.host.summary('other')?.state).toBe('active'));
    await test.expectNothingLeft();
  });

  it('takes in a plugin that is moved there as a whole', async () => {
    await using outside = await createPluginsFolder({ moved: answering('moved', 'here') });
    await using test = await watching();
    await rename(path.join(outside.directory, 'moved'), test.at('moved'));
    await expectVersion(test, 'here', 'moved');
  });

  it('unloads a plugin whose folder is removed, and takes it in again', async () => {
    await using test = await watching();
    await test.folder.remove('demo');
    await eventually(() => expect(test.host.summary('demo')).toBeUndefined());
    await eventually(async () => expect((await test.host.audit({ plugin: 'demo' }))[0]?.type).toBe('plugin:unloaded'));
    await test.folder.write('demo', answering('demo', 'back'));
    await expectVersion(test, 'back');
    await test.expectNothingLeft();
  });

  it('moves a plugin whose folder is renamed', async () => {
    await using test = await watching();
    await rename(test.at('demo'), test.at('renamed'));
    await eventually(() =>
      expect(test.host.summary('demo')?.warnings).toContainEqual({
        pointer: '/name',
        message: expect.stringContaining('renamed'),
      }),
    );
    await expectVersion(test, 'entry word deep');
    expect(test.host.status()).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('repairs a plugin that was broken from the start, and one whose manifest was', async () => {
    await using test = await watching({
      plugins: {
        code: { 'index.js': 'export default {' },
        manifest: { 'plugin.json': '{', 'index.js': 'export default {};' },
      },
    });
    expect(test.host.status().map(({ state }) => state)).toEqual(['failed', 'failed']);
    await test.folder.write('code', { 'index.js': 'export default {};' });
    await test.folder.write('manifest', {
      'plugin.json': { name: 'manifest', version: '1.0.0', backend: { entry: 'index.js' } },
    });
    await eventually(() => expect(test.host.status().map(({ state }) => state)).toEqual(['active', 'active']));
    await test.expectNothingLeft();
  });

  it('may hold a link that leads to itself', async () => {
    await using test = await watching();
    await symlink('..', test.at('demo', 'loop'));
    await symlink('self', test.at('demo', 'self'));
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'linked';" });
    await expectVersion(test, 'entry linked deep');
    await test.expectNothingLeft();
  });

  it('is not followed unless the host asks for it', async () => {
    await using test = await watching({ watch: false });
    const before = test.host.events.seq;
    await using second = await watching({ folder: test.folder });
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'after';" });
    await expectVersion(second, 'entry after deep');
    await expectVersion(test, 'entry word deep');
    expect(test.host.events.seq).toBe(before);
  });

  it('is followed no more after stop', async () => {
    await using test = await watching();
    await test.host.stop();
    const before = test.host.events.seq;
    await using second = await watching({ folder: test.folder });
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'after';" });
    await expectVersion(second, 'entry after deep');
    expect(test.host.events.seq).toBe(before);
  });
});
