import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPluginsFolder, manifestOf, type TestHost } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually } from './support/probe.ts';
import { expectVersion, layered, untilWatcherIsDone, watching } from './support/watching.ts';

const unloads = (test: TestHost) => test.host.audit({ type: 'plugin:unloaded' });

describe('a plugin whose folder', () => {
  it('is replaced by another folder is reloaded, and followed there', async () => {
    await using outside = await createPluginsFolder({
      demo: { 'plugin.json': manifestOf('demo'), ...layered, 'lib/word.js': "export const word = 'replaced';" },
    });
    await using test = await watching();
    await rename(test.at('demo'), path.join(outside.directory, 'former'));
    await rename(path.join(outside.directory, 'demo'), test.at('demo'));
    await expectVersion(test, 'entry replaced deep');
    await test.folder.write('demo', { 'a/b/c/deep.js': "export const deep = 'edited';" });
    await expectVersion(test, 'entry replaced edited');
    await outside.write('former', { 'lib/word.js': "export const word = 'elsewhere';" });
    await untilWatcherIsDone(test);
    expect(test.reloads()).toBe(2);
    expect(await unloads(test)).toEqual([]);
    await test.expectNothingLeft();
  });

  it('is deleted and written anew, as version control does it, is reloaded and never unloaded', async () => {
    await using test = await watching();
    for (const word of ['one', 'two', 'three']) {
      await test.folder.remove('demo');
      await eventually(() => expect(readdirSync(test.folder.directory)).not.toContain('demo'));
      const files = { ...layered, 'plugin.json': manifestOf('demo') };
      await test.folder.write('demo', { ...files, 'lib/word.js': `export const word = '${word}';` });
      await expectVersion(test, `entry ${word} deep`);
    }
    expect(await unloads(test)).toEqual([]);
    expect(await test.host.audit({ type: 'plugin:discovered' })).toHaveLength(1);
    await test.folder.write('demo', { 'a/b/c/deep.js': "export const deep = 'edited';" });
    await expectVersion(test, 'entry three edited');
    await test.expectNothingLeft();
  });

  it('is deleted and written as it was is left as it is', async () => {
    await using test = await watching();
    const manifest = readFileSync(test.at('demo', 'plugin.json'), 'utf8');
    rmSync(test.at('demo'), { recursive: true });
    for (const [file, text] of Object.entries({ ...layered, 'plugin.json': manifest })) {
      mkdirSync(path.dirname(test.at('demo', file)), { recursive: true });
      writeFileSync(test.at('demo', file), text);
    }
    await untilWatcherIsDone(test);
    expect(test.host.summary('demo')?.generation).toBe(1);
    await test.folder.write('demo', { 'a/b/c/deep.js': "export const deep = 'edited';" });
    await expectVersion(test, 'entry word edited');
    await test.expectNothingLeft();
  });

  it('is filled with many files one after the other is reloaded with all of them', async () => {
    await using test = await watching();
    const names = Array.from({ length: 150 }, (_, index) => `part${index}`);
    const imports = names.map((name) => `import { ${name} } from './parts/${name}/index.js';`).join('\n');
    // the entry first, as a copy in order of names may do it
    await test.folder.write('demo', {
      'index.js': `${imports}\nexport default { onLoad(ctx) { ctx.registerRoute({ method: 'GET', url: '/version', handler: () => ${names.join(' + ')} }); } };`,
    });
    for (const name of names)
      await test.folder.write('demo', { [`parts/${name}/index.js`]: `export const ${name} = 1;` });
    await eventually(async () => expect(await test.http.request('demo', 'GET', '/version')).toBe(150));
    await test.folder.write('demo', { 'parts/part149/index.js': 'export const part149 = 51;' });
    await eventually(async () => expect(await test.http.request('demo', 'GET', '/version')).toBe(200));
    await test.expectNothingLeft();
  });

  it('is renamed while it runs is reloaded there and never unloaded', async () => {
    await using test = await watching({ plugins: { demo: layered, other: answering('other', 'other') } });
    const before = test.host.summary('demo');
    await rename(test.at('demo'), test.at('renamed'));
    await eventually(() => expect(test.host.summary('demo')?.generation).toBeGreaterThan(before?.generation ?? 0));
    await test.folder.write('renamed', { 'lib/word.js': "export const word = 'moved';" });
    await expectVersion(test, 'entry moved deep');
    await rename(test.at('renamed'), test.at('demo'));
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'back';" });
    await expectVersion(test, 'entry back deep');
    expect(await unloads(test)).toEqual([]);
    expect(await test.host.audit({ plugin: 'demo', type: 'plugin:discovered' })).toHaveLength(1);
    expect(test.host.status().map(({ name }) => name)).toEqual(['demo', 'other']);
    await test.expectNothingLeft();
  });

  it('is removed while a call is in flight keeps nobody waiting, and comes back when the call has ended', async () => {
    const code = `export default { onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/wait', handler: async () => { await ctx.db.wait('call'); return 'ended'; } });
    } };`;
    const probe = createProbe();
    await using test = await watching({
      db: probe,
      plugins: { slow: plugin('slow', code), demo: layered },
    });
    const call = test.http.request('slow', 'GET', '/wait');
    await eventually(() => expect(probe.waiting('call')).toBe(1));
    await test.folder.remove('slow');
    await eventually(() => expect(test.host.summary('slow')?.state).toBe('unloading'));
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'meanwhile';" });
    await expectVersion(test, 'entry meanwhile deep');
    await test.folder.write('slow', answering('slow', 'back'));
    await untilWatcherIsDone(test);
    expect(test.host.summary('slow')?.state).toBe('unloading');
    probe.release('call');
    expect(await call).toBe('ended');
    await expectVersion(test, 'back', 'slow');
    await test.expectNothingLeft();
  });

  it('changes is the only one that is reloaded', async () => {
    await using test = await watching({
      plugins: { demo: layered, left: answering('left', 'left'), right: answering('right', 'right') },
    });
    const generations = () => ['left', 'right'].map((name) => test.host.summary(name)?.generation);
    const before = generations();
    for (const word of ['one', 'two', 'three']) {
      await test.folder.write('demo', { 'lib/word.js': `export const word = '${word}';` });
      await expectVersion(test, `entry ${word} deep`);
    }
    await test.folder.write('new', answering('new', 'new'));
    await expectVersion(test, 'new', 'new');
    await test.folder.remove('new');
    await eventually(() => expect(test.host.summary('new')).toBeUndefined());
    expect(generations()).toEqual(before);
    await test.expectNothingLeft();
  });
});

describe('two folders with one plugin', () => {
  it('leave it to the first; the second is shown with its reason, and takes over when the first is removed', async () => {
    await using test = await watching();
    await test.folder.write('copy', answering('demo', 'copy'));
    await eventually(() =>
      expect(test.host.summary('copy')).toMatchObject({ state: 'failed', reason: { code: 'PLUGIN_NAME_TAKEN' } }),
    );
    await expectVersion(test, 'entry word deep');
    await test.folder.remove('demo');
    await expectVersion(test, 'copy');
    expect(test.host.status().map(({ name, state }) => [name, state])).toEqual([['demo', 'active']]);
    await test.expectNothingLeft();
  });

  it('are told apart by the order of their names when the host starts', async () => {
    await using test = await watching({
      plugins: {
        b: answering('demo', 'b'),
        a: answering('demo', 'a'),
      },
    });
    await expectVersion(test, 'a');
    expect(test.host.summary('b')?.reason).toMatchObject({ code: 'PLUGIN_NAME_TAKEN' });
    await test.expectNothingLeft();
  });
});

describe('a plugins folder', () => {
  it('may come after the host has started, and go and come again', async () => {
    await using folder = await createPluginsFolder();
    const pluginsDir = path.join(folder.directory, 'plugins');
    await using test = await watching({ folder, pluginsDir });
    const put = async (word: string): Promise<void> => {
      const files = answering('demo', word);
      await folder.write('plugins', {
        'demo/index.js': files['index.js'] ?? '',
        'demo/plugin.json': manifestOf('demo'),
      });
    };
    await put('first');
    await expectVersion(test, 'first');
    await folder.remove('plugins');
    await eventually(() => expect(test.host.status()).toEqual([]));
    await put('second');
    await expectVersion(test, 'second');
    await put('third');
    await expectVersion(test, 'third');
    await test.expectNothingLeft();
  });

  it('may hold links to plugins, broken links and links that lead to themselves', async () => {
    await using outside = await createPluginsFolder({ linked: answering('linked', 'one') });
    await using test = await watching();
    await symlink('self', test.at('self'));
    await symlink('nowhere', test.at('broken'));
    await symlink('..', test.at('demo', 'loop'));
    await symlink(path.join(outside.directory, 'linked'), test.at('linked'));
    await expectVersion(test, 'one', 'linked');
    await outside.write('linked', answering('linked', 'two'));
    await expectVersion(test, 'two', 'linked');
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'still';" });
    await expectVersion(test, 'entry still deep');
    await test.expectNothingLeft();
  });

  it('may hold things that are called like the folder they are in', async () => {
    await using test = await watching();
    await test.folder.write('demo', { demo: 'no code', 'lib/lib': 'no code' });
    await test.folder.write(path.basename(test.folder.directory), answering('same', 'same'));
    await expectVersion(test, 'same', 'same');
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'one';" });
    await expectVersion(test, 'entry one deep');
    await test.folder.write('new', answering('new', 'new'));
    await expectVersion(test, 'new', 'new');
    await test.expectNothingLeft();
  });

  it.skipIf(process.getuid?.() === 0)('may hold files and folders that cannot be read', async () => {
    await using test = await watching();
    await mkdir(test.at('demo', 'closed'), { mode: 0 });
    await writeFile(test.at('demo', 'secret.js'), '', { mode: 0 });
    await eventually(() => expect(test.host.summary('demo')?.lastFailure?.message).toContain('EACCES'));
    await expectVersion(test, 'entry word deep');
    rmSync(test.at('demo', 'closed'), { recursive: true });
    rmSync(test.at('demo', 'secret.js'));
    await test.folder.write('demo', { 'lib/word.js': "export const word = 'still';" });
    await expectVersion(test, 'entry still deep');
    await test.expectNothingLeft();
  });

  it.runIf(process.platform === 'linux')('takes no watch for packages, however many files they have', async () => {
    const packages = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`node_modules/dep${index}/lib/index.js`, 'export {};']),
    );
    const before = watches();
    await using test = await watching({ plugins: { demo: { ...layered, ...packages, '.git/objects/ab/cd': '' } } });
    // the plugins folder and the one around it, demo, lib, a, b and c
    expect(watches() - before).toBe(7);
    await test.host.stop();
    expect(watches() - before).toBe(0);
  });
});

/** How many things of the file system this process watches. */
function watches(): number {
  const infos = readdirSync('/proc/self/fdinfo').map((name) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${name}`, 'utf8');
    } catch {
      // the descriptor of the folder itself, which is closed by now
      return '';
    }
  });
  return infos.join('\n').match(/^inotify wd:/gm)?.length ?? 0;
}
