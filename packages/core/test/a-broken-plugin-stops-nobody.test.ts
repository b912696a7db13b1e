import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTestHost, manifestOf, type PluginFiles } from '../src/testing/index.ts';
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

const good = { good: answering('good', 'fine') };

/** Plugins that cannot run, each with the code of the reason. */
const broken: Record<string, { files: PluginFiles; code: string }> = {
  'malformed JSON': { files: { 'plugin.json': '{ "name": "bad", ' }, code: 'MANIFEST_INVALID' },
  'an empty manifest': { files: { 'plugin.json': '' }, code: 'MANIFEST_INVALID' },
  'a manifest of 2 MiB': {
    files: { 'plugin.json': `{"description":"${'x'.repeat(2 * 1024 * 1024)}"}` },
    code: 'MANIFEST_INVALID',
  },
  'a manifest that no database can store': {
    files: { 'plugin.json': '{"name":"bad","version":"1.0.0","description":"\\u0000"}' },
    code: 'MANIFEST_INVALID',
  },
  'a reserved name': { files: { 'plugin.json': manifestOf('status') }, code: 'MANIFEST_INVALID' },
  'no entry': { files: { 'plugin.json': { name: 'bad', version: '1.0.0' } }, code: 'ENTRY_NOT_FOUND' },
  'an entry that is not there': { files: { 'plugin.json': manifestOf('bad') }, code: 'ENTRY_NOT_FOUND' },
  'an entry that is a folder': {
    files: { 'plugin.json': manifestOf('bad', { backend: { entry: 'lib' } }), 'lib/a.js': '' },
    code: 'ENTRY_NOT_FOUND',
  },
  'an entry above the folder': {
    files: { 'plugin.json': manifestOf('bad', { backend: { entry: '../good/index.js' } }) },
    code: 'MANIFEST_PATH_ESCAPES',
  },
  'an absolute entry': {
    files: { 'plugin.json': manifestOf('bad', { backend: { entry: '/etc/passwd' } }) },
    code: 'MANIFEST_PATH_ESCAPES',
  },
  'an entry with a scheme': {
    files: { 'plugin.json': manifestOf('bad', { backend: { entry: 'file:///etc/passwd' } }) },
    code: 'MANIFEST_PATH_ESCAPES',
  },
  'an entry with NUL': {
    files: { 'plugin.json': '{"name":"bad","version":"1.0.0","backend":{"entry":"a\\u0000.js"}}' },
    code: 'MANIFEST_INVALID',
  },
  'a frontend above the folder': {
    files: { 'plugin.json': manifestOf('bad', { frontend: { entry: '../x.js' } }), 'index.js': 'export default {};' },
    code: 'MANIFEST_PATH_ESCAPES',
  },
  'a newer host wanted': {
    files: { 'plugin.json': manifestOf('bad', { catalystVersion: '^2.0.0' }), 'index.js': 'export default {};' },
    code: 'HOST_VERSION_MISMATCH',
  },
  'code that does not parse': { files: plugin('bad', 'export default {'), code: 'MODULE_FAILED' },
  'code that throws': { files: plugin('bad', "throw new Error('no');"), code: 'MODULE_FAILED' },
  'a throwing hook': {
    files: plugin('bad', "export default { onLoad() { throw new Error('no'); } };"),
    code: 'HOOK_FAILED',
  },
};

describe('a plugin with', () => {
  it.each(Object.entries(broken))(
    '%s fails alone: the host boots, says why, and serves the others',
    async (_what, { files, code }) => {
      await using test = await createTestHost({ plugins: { bad: files, ...good } });
      const summary = test.host.summary('bad');
      expect(summary).toMatchObject({
        name: 'bad',
        state: 'failed',
        reason: { code },
        error: expect.stringMatching(/./),
      });
      expect(summary?.reason?.hint).toMatch(/./);
      expect(test.host.get('bad')).toMatchObject({ state: 'failed', reason: { code } });
      expect(await rejection(test.host.enable('bad'))).toMatchObject({ code });
      expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
      expect(test.host.status().map(({ name, state }) => [name, state])).toEqual([
        ['bad', 'failed'],
        ['good', 'active'],
      ]);
      await test.expectNothingLeft();
    },
  );

  it.each(Object.entries(broken))(
    '%s runs after it was repaired and the folder was scanned again',
    async (_what, { files }) => {
      await using test = await createTestHost({ plugins: { bad: files, ...good } });
      await test.folder.remove('bad', 'plugin.json');
      await test.folder.write('bad', answering('bad', 'repaired'));
      await test.host.rescan();
      await eventually(async () => expect(await test.http.request('bad', 'GET', '/version')).toBe('repaired'));
      expect(test.host.summary('bad')).toMatchObject({ state: 'active', reason: null, lastFailure: null });
      expect(test.host.status()).toHaveLength(2);
      await test.expectNothingLeft();
    },
  );

  it('a failure runs after it was repaired and enabled', async () => {
    await using test = await createTestHost({ plugins: { bad: plugin('bad', "throw new Error('no');") } });
    await test.folder.write('bad', answering('bad', 'repaired'));
    await test.host.enable('bad');
    expect(await test.http.request('bad', 'GET', '/version')).toBe('repaired');
    await test.expectNothingLeft();
  });

  it.each([
    ['a folder', (file: string) => mkdir(file)],
    ['a pipe that nobody writes to', (file: string) => promisify(execFile)('mkfifo', [file])],
    ['a link to nowhere', (file: string) => symlink('nowhere', file)],
  ])('%s for a manifest stops nobody', async (_what, make) => {
    await using test = await createTestHost({ plugins: good, start: false });
    await mkdir(path.join(test.folder.directory, 'bad'));
    await make(path.join(test.folder.directory, 'bad', 'plugin.json'));
    await test.host.start();
    expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
    expect([undefined, 'MANIFEST_INVALID']).toContain(test.host.summary('bad')?.reason?.code);
    await test.expectNothingLeft();
  });

  it.each(['worker', 'isolated', 'process', 'container', 'script'])(
    'the runtime "%s" is refused, and its code is never run in this process',
    async (runtime) => {
      const probe = createProbe();
      await using test = await createTestHost({
        db: probe,
        plugins: {
          bad: plugin(
            'bad',
            'globalThis.ranInProcess = true; export default { onLoad(ctx) { ctx.db.note("ran"); } };',
            { runtime },
          ),
          ...good,
        },
      });
      expect(test.host.summary('bad')).toMatchObject({ state: 'failed', reason: { code: 'RUNTIME_UNSUPPORTED' } });
      expect(await rejection(test.host.enable('bad'))).toMatchObject({ code: 'RUNTIME_UNSUPPORTED' });
      expect(probe.notes).toEqual([]);
      expect(globalThis).not.toHaveProperty('ranInProcess');
      expect(await test.http.request('good', 'GET', '/version')).toBe('fine');
      await test.expectNothingLeft();
    },
  );

  it('an entry that is a link out of the folder is refused with MANIFEST_PATH_ESCAPES; a link inside is followed', async () => {
    await using test = await createTestHost({ plugins: good });
    await test.folder.write('out', { 'plugin.json': manifestOf('out') });
    await writeFile(path.join(test.folder.directory, 'outside.js'), 'export default {};');
    await symlink('../outside.js', path.join(test.folder.directory, 'out', 'index.js'));
    await test.folder.write('inside', { 'plugin.json': manifestOf('inside'), 'real.js': 'export default {};' });
    await symlink('real.js', path.join(test.folder.directory, 'inside', 'index.js'));
    await test.host.rescan();
    expect(test.host.summary('out')).toMatchObject({ state: 'failed', reason: { code: 'MANIFEST_PATH_ESCAPES' } });
    expect(test.host.summary('inside')?.state).toBe('active');
  });

  it.each(['onLoad', 'onEnable'])(
    'an %s that never ends neither stops the boot nor the others, and fails at its time limit',
    async (hook) => {
      const probe = createProbe();
      await using test = await createTestHost({
        db: probe,
        start: false,
        plugins: { bad: plugin('bad', `export default { ${hook}(ctx) { return ctx.db.wait('hook'); } };`), ...good },
      });
      const start = test.host.start();
      await eventually(async () => expect(await test.http.request('good', 'GET', '/version')).toBe('fine'));
      await eventually(() => expect(probe.waiting('hook')).toBe(1));
      test.clock.advance(5_000);
      await start;
      expect(test.host.summary('bad')?.state).toBe('loading');
      expect(test.logger.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', details: expect.objectContaining({ plugins: ['bad'] }) }),
      );
      test.clock.advance(25_000);
      await eventually(() =>
        expect(test.host.summary('bad')).toMatchObject({ state: 'failed', reason: { code: 'HOOK_TIMEOUT' } }),
      );
      probe.release('hook');
      await test.expectNothingLeft();
    },
  );
});

describe('two folders', () => {
  it('with one name: the first by name runs, the other one is shown as failed with both folders named', async () => {
    await using test = await createTestHost({
      plugins: { 'a-folder': answering('twin', 'first'), 'b-folder': answering('twin', 'second') },
    });
    expect(await test.http.request('twin', 'GET', '/version')).toBe('first');
    const reason = test.host.summary('b-folder')?.reason;
    expect(reason?.code).toBe('PLUGIN_NAME_TAKEN');
    expect(reason?.message).toMatch(/b-folder.*a-folder/);
    await test.expectNothingLeft();
  });

  it('with one name: a running plugin keeps its name when another folder takes it', async () => {
    await using test = await createTestHost({ plugins: { 'm-folder': answering('twin', 'first') } });
    await test.folder.write('a-folder', answering('twin', 'second'));
    await test.host.rescan();
    expect(await test.http.request('twin', 'GET', '/version')).toBe('first');
    expect(test.host.summary('a-folder')?.reason?.code).toBe('PLUGIN_NAME_TAKEN');
    await test.folder.remove('m-folder');
    await test.host.rescan();
    expect(await test.http.request('twin', 'GET', '/version')).toBe('second');
    expect(test.host.status()).toHaveLength(1);
    await test.expectNothingLeft();
  });

  it('are never one plugin each of one folder: a plugin renamed while it runs stays what it is', async () => {
    await using test = await createTestHost({ plugins: { demo: answering('demo', 'old') } });
    await test.folder.write('demo', answering('renamed', 'new'));
    await test.host.rescan();
    expect(test.host.status().map(({ name }) => name)).toEqual(['demo']);
    expect(await test.http.request('demo', 'GET', '/version')).toBe('old');
    await test.expectNothingLeft();
  });
});

describe('the plugins folder', () => {
  it('may hold stray files, folders without a manifest, dot-folders and node_modules', async () => {
    await using test = await createTestHost({
      plugins: {
        ...good,
        '.hidden': answering('hidden', 'no'),
        node_modules: answering('modules', 'no'),
        empty: { 'plugin.json': '' },
        drafts: { 'plugin.json': '' },
      },
      start: false,
    });
    await test.folder.remove('drafts', 'plugin.json');
    await test.folder.remove('empty', 'plugin.json');
    await test.folder.write('.', { 'README.md': '# plugins', 'plugin.json': manifestOf('root') });
    await test.folder.write('node_modules/dep', answering('dep', 'no'));
    await test.folder.write('drafts', { 'index.js': 'export default {};' });
    await test.host.start();
    expect(test.host.status().map(({ name }) => name)).toEqual(['good']);
    expect(test.logger.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });

  it('may be missing', async () => {
    await using test = await createTestHost({ start: false });
    await test.folder[Symbol.asyncDispose]();
    await test.host.start();
    expect(test.host.status()).toEqual([]);
  });

  it('is looked at again by rescan: new plugins start, removed ones are unloaded, and the others are left alone', async () => {
    const probe = createProbe();
    const leaving = plugin(
      'leaving',
      "export default { onDisable(ctx) { ctx.db.note('onDisable'); }, onUnload(ctx) { ctx.db.note('onUnload'); } };",
    );
    await using test = await createTestHost({ db: probe, plugins: { ...good, leaving } });
    await test.folder.write('added', answering('added', 'here'));
    await test.folder.remove('leaving');
    await test.host.rescan();
    expect(test.host.status().map(({ name, state }) => [name, state])).toEqual([
      ['added', 'active'],
      ['good', 'active'],
    ]);
    expect(probe.notes).toEqual(['onDisable', 'onUnload']);
    expect(test.host.summary('good')?.generation).toBe(1);
    expect(await rejection(test.host.enable('leaving'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    await eventually(async () =>
      expect(await test.host.audit({ plugin: 'leaving', type: 'plugin:unloaded' })).toHaveLength(1),
    );
    await test.expectNothingLeft();
  });

  it('may have a plugin’s folder renamed: one rescan later it runs from there, with the same install id', async () => {
    await using test = await createTestHost({ plugins: { before: answering('demo', 'here') } });
    const installId = (await test.stores.plugins.get('demo'))?.installId;
    await test.folder.remove('before');
    await test.folder.write('after', answering('demo', 'there'));
    await test.host.rescan();
    expect(await test.http.request('demo', 'GET', '/version')).toBe('there');
    expect((await test.stores.plugins.get('demo'))?.installId).toBe(installId);
  });

  it('gives a removed plugin back its settings and its wanted state when it returns', async () => {
    await using test = await createTestHost({
      plugins: { demo: answering('demo', 'one', { config: { greeting: 'hi' } }) },
    });
    await test.host.updateConfig('demo', { greeting: 'hello' });
    await test.host.disable('demo');
    await test.folder.remove('demo');
    await test.host.rescan();
    await test.folder.write('demo', answering('demo', 'two', { config: { greeting: 'hi' } }));
    await test.host.rescan();
    expect(test.host.get('demo')).toMatchObject({ state: 'disabled', config: { greeting: 'hello' } });
  });
});
