import { existsSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createPluginsFolder,
  createTestHost,
  type PluginFiles,
  type PluginsFolder,
  type TestHost,
  type TestHostOptions,
} from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, rejection } from './support/probe.ts';

/** Answers `/` with its version, and with a file that it reads when it is asked. */
function paged(version: string, members: object = {}): PluginFiles {
  const code = `import { readFileSync } from 'node:fs';
    import path from 'node:path';
    export default { onLoad(ctx) {
      ctx.registerRoute({ method: 'GET', url: '/', handler: () =>
        '${version} ' + readFileSync(path.join(import.meta.dirname, 'page.txt'), 'utf8') });
      ctx.registerRoute({ method: 'GET', url: '/where', handler: () => new Error('here').stack.split('\\n')[1] });
    } };`;
  return { ...plugin('demo', code, { version, ...members }), 'page.txt': `page ${version}` };
}

const throwing = (version: string): PluginFiles =>
  plugin('demo', "export default { onLoad() { throw new Error('no licence'); } };", { version });

/** Waits until the files of a version are on the disk. */
const kept = ({ folder }: TestHost, version: string): Promise<void> =>
  eventually(async () => {
    const index = await readFile(path.join(folder.directory, '.releases/demo/releases.json'), 'utf8');
    expect(JSON.parse(index)).toContainEqual(expect.objectContaining({ version }));
  });

/** Afterwards version 2.0.0 runs, and 1.0.0 is on the disk. */
async function reloadToSecond(host: TestHost): Promise<void> {
  await kept(host, '1.0.0');
  await host.folder.write('demo', paged('2.0.0'));
  await host.host.reload('demo');
}

const answer = ({ http }: TestHost): Promise<unknown> => http.request('demo', 'GET', '/');

/** A folder of plugins, and a function that starts one host after the other on it, with the same stores. */
async function setUp(): Promise<
  AsyncDisposable & { folder: PluginsFolder; start: (options?: TestHostOptions) => Promise<TestHost> }
> {
  const folder = await createPluginsFolder({ demo: paged('1.0.0') });
  let running: TestHost | undefined;
  return {
    folder,
    async start(options = {}) {
      await running?.expectNothingLeft();
      const { stores } = running ?? {};
      running = await createTestHost({ folder, releases: {}, ...(stores ? { stores } : {}), ...options });
      return running;
    },
    async [Symbol.asyncDispose]() {
      await running?.expectNothingLeft();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a rollback', () => {
  it('brings back the files that the plugin reads itself, and its stack traces name files that exist', async () => {
    await using test = await setUp();
    const host = await test.start();
    await reloadToSecond(host);
    expect(await answer(host)).toBe('2.0.0 page 2.0.0');
    await host.host.rollback('demo');
    expect(await answer(host)).toBe('1.0.0 page 1.0.0');
    const where = String(await host.http.request('demo', 'GET', '/where'));
    const [file = ''] = /\/.*index\.js/.exec(where) ?? [];
    expect(file).toContain(`${path.sep}.releases${path.sep}demo${path.sep}`);
    expect(existsSync(file)).toBe(true);
    await host.host.rollback('demo');
    expect(await answer(host)).toBe('2.0.0 page 2.0.0');
  });

  it('works after a restart, and lasts over the next ones until the folder changes', async () => {
    await using test = await setUp();
    const first = await test.start();
    await reloadToSecond(first);

    const second = await test.start();
    expect(second.host.summary('demo')).toMatchObject({ version: '2.0.0', canRollback: true });
    await second.host.rollback('demo', { actor: 'anna' });
    expect(await answer(second)).toBe('1.0.0 page 1.0.0');
    expect(await second.host.audit({ type: 'plugin:rolled-back' })).toMatchObject([
      { actor: 'anna', data: { version: '1.0.0' } },
    ]);

    const third = await test.start();
    expect(third.host.summary('demo')).toMatchObject({ version: '1.0.0', state: 'active', lastFailure: null });
    expect(await answer(third)).toBe('1.0.0 page 1.0.0');
    expect(await third.stores.plugins.get('demo')).toMatchObject({ version: '1.0.0' });

    await third.host.stop();
    await test.folder.write('demo', paged('3.0.0'));
    const fourth = await test.start();
    expect(await answer(fourth)).toBe('3.0.0 page 3.0.0');
    expect(await fourth.stores.plugins.get('demo')).toMatchObject({ version: '3.0.0', pinned: null });
  });

  it('gives way to the folder, with a warning, when its copy is gone at the next start', async () => {
    await using test = await setUp();
    const first = await test.start();
    await reloadToSecond(first);
    await first.host.rollback('demo');
    await first.host.stop();
    await test.folder.remove('.releases');
    const second = await test.start();
    expect(await answer(second)).toBe('2.0.0 page 2.0.0');
    expect(second.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('rolled back to is gone') }),
    );
  });

  it('ends with the command to reload, which takes the folder again', async () => {
    await using test = await setUp();
    const first = await test.start();
    await reloadToSecond(first);
    await first.host.rollback('demo');
    await first.host.reload('demo');
    expect(await answer(first)).toBe('2.0.0 page 2.0.0');
    expect(await answer(await test.start())).toBe('2.0.0 page 2.0.0');
  });

  it('goes to any release that is kept, by version or by digest', async () => {
    await using test = await setUp();
    const host = await test.start();
    await kept(host, '1.0.0');
    for (const version of ['2.0.0', '3.0.0']) {
      await test.folder.write('demo', paged(version));
      await host.host.reload('demo');
      await kept(host, version);
    }
    await host.host.rollback('demo', { to: '1.0.0' });
    expect(await answer(host)).toBe('1.0.0 page 1.0.0');
    const releases = host.host.get('demo')?.releases ?? [];
    expect(releases).toMatchObject([
      { version: '1.0.0', current: true, liveAt: expect.stringMatching(/^\d{4}-.*Z$/) },
      { version: '3.0.0', current: false },
      { version: '2.0.0', current: false },
    ]);
    await host.host.rollback('demo', { to: releases[2]?.digest });
    expect(await answer(host)).toBe('2.0.0 page 2.0.0');
    expect(await rejection(host.host.rollback('demo', { to: '9.0.0' }))).toMatchObject({
      code: 'ROLLBACK_UNAVAILABLE',
      message: expect.stringContaining('9.0.0'),
    });
    expect(await rejection(host.host.rollback('demo', { to: '2.0.0' }))).toMatchObject({
      code: 'ROLLBACK_UNAVAILABLE',
    });
  });

  it('reaches back as far as the host keeps releases', async () => {
    await using test = await setUp();
    const host = await test.start({ releases: { keep: 2 } });
    await kept(host, '1.0.0');
    for (const version of ['2.0.0', '3.0.0']) {
      await test.folder.write('demo', paged(version));
      await host.host.reload('demo');
      await kept(host, version);
    }
    const restarted = await test.start({ releases: { keep: 2 } });
    expect(restarted.host.get('demo')?.releases.map(({ version }) => version)).toEqual(['3.0.0', '2.0.0']);
  });

  it('of a disabled plugin chooses what the next enable runs, also after a restart', async () => {
    await using test = await setUp();
    const first = await test.start();
    await reloadToSecond(first);
    await first.host.disable('demo');
    await first.host.rollback('demo');
    expect(first.host.summary('demo')).toMatchObject({ state: 'disabled', version: '1.0.0' });
    const second = await test.start();
    expect(second.host.summary('demo')).toMatchObject({ state: 'disabled', version: '1.0.0' });
    await second.host.enable('demo');
    expect(await answer(second)).toBe('1.0.0 page 1.0.0');
  });

  it('uses the packages of the plugin, as the same instances', async () => {
    await using test = await setUp();
    const probe = createProbe();
    const counting = (version: string): PluginFiles =>
      plugin('demo', `import pkg from 'pkg'; export default { onLoad(ctx) { ctx.db.note(pkg, '${version}'); } };`, {
        version,
      });
    await test.folder.write('demo', {
      ...counting('1.0.0'),
      'node_modules/pkg/package.json': { name: 'pkg', main: 'index.js' },
      'node_modules/pkg/index.js': 'module.exports = {};',
    });
    const host = await test.start({ db: probe });
    await test.folder.write('demo', counting('2.0.0'));
    await host.host.reload('demo');
    await host.host.rollback('demo');
    const [one, two, three] = probe.notes as [unknown, string][];
    expect([one?.[1], two?.[1], three?.[1]]).toEqual(['1.0.0', '2.0.0', '1.0.0']);
    expect(three?.[0]).toBe(one?.[0]);
  });

  it('is not undone by a watcher that sees the folder as it was', async () => {
    await using test = await setUp();
    const host = await test.start({ watch: true });
    await kept(host, '1.0.0');
    await test.folder.write('demo', paged('2.0.0'));
    await eventually(() => expect(host.host.summary('demo')?.version).toBe('2.0.0'));
    await host.host.rollback('demo');
    await test.folder.write('demo', paged('2.0.0'));
    await test.folder.write('other', plugin('other', 'export default {};'));
    await eventually(() => expect(host.host.summary('other')?.state).toBe('active'));
    expect(host.host.summary('demo')?.version).toBe('1.0.0');
    await test.folder.write('demo', paged('3.0.0'));
    await eventually(() => expect(host.host.summary('demo')?.version).toBe('3.0.0'));
    expect(host.host.status().map(({ name }) => name)).toEqual(['demo', 'other']);
  });

  it('goes back in memory, and says so once, where the copies cannot be written', async () => {
    await using test = await setUp();
    const directory = path.join(test.folder.directory, 'occupied');
    await writeFile(directory, 'a file');
    const host = await test.start({ releases: { directory } });
    for (const version of ['2.0.0', '3.0.0']) {
      await test.folder.write('demo', paged(version));
      await host.host.reload('demo');
    }
    await host.host.rollback('demo');
    expect(await answer(host)).toBe('2.0.0 page 3.0.0');
    await host.host.stop();
    expect(host.logger.lines.filter(({ message }) => message.includes('cannot be kept'))).toHaveLength(1);
  });

  it('to a release whose copy was damaged is refused, and the present one goes on', async () => {
    await using test = await setUp();
    const first = await test.start();
    await reloadToSecond(first);
    const second = await test.start();
    const digest = second.host.get('demo')?.releases.find(({ version }) => version === '1.0.0')?.digest ?? '';
    await writeFile(path.join(test.folder.directory, '.releases/demo', digest, 'index.js'), '');
    expect(await rejection(second.host.rollback('demo'))).toMatchObject({ code: 'ROLLBACK_UNAVAILABLE' });
    expect(await answer(second)).toBe('2.0.0 page 2.0.0');
    expect(second.host.summary('demo')).toMatchObject({ state: 'active', canRollback: false });
  });
});

describe('a start with files that fail', () => {
  const broken: Record<string, { files: PluginFiles; code: string; says: string }> = {
    'have a syntax error': {
      files: plugin('demo', 'export default {', { version: '2.0.0' }),
      code: 'MODULE_FAILED',
      says: 'index.js:1:',
    },
    'throw in onLoad': { files: throwing('2.0.0'), code: 'HOOK_FAILED', says: 'no licence' },
    'need a newer host': {
      files: paged('2.0.0', { catalystVersion: '>=9' }),
      code: 'HOST_VERSION_MISMATCH',
      says: '>=9',
    },
  };

  it.each(Object.entries(broken))('and %s runs the release that ran before, and says so', async (_what, given) => {
    await using test = await setUp();
    await kept(await test.start(), '1.0.0');
    await test.folder.write('demo', given.files);
    const host = await test.start();
    expect(await answer(host)).toBe('1.0.0 page 1.0.0');
    expect(host.host.summary('demo')).toMatchObject({
      state: 'active',
      version: '1.0.0',
      lastFailure: {
        code: given.code,
        message: expect.stringContaining(given.says),
        hint: expect.stringContaining('Version 1.0.0'),
      },
    });
    const [entry] = await eventually(async () => {
      const entries = await host.host.audit({ type: 'plugin:rolled-back' });
      expect(entries).toHaveLength(1);
      return entries;
    });
    expect(entry).toMatchObject({ actor: 'system', data: { version: '1.0.0', cause: 'boot', code: given.code } });

    await test.folder.write('demo', paged('2.0.1'));
    await host.host.reload('demo');
    expect(await answer(host)).toBe('2.0.1 page 2.0.1');
    expect(host.host.summary('demo')?.lastFailure).toBeNull();
  });

  it('leaves the plugin failed when nothing ran before', async () => {
    await using test = await setUp();
    await test.folder.write('demo', throwing('1.0.0'));
    const host = await test.start();
    expect(host.host.summary('demo')).toMatchObject({ state: 'failed', canRollback: false });
  });

  it('leaves the plugin failed when just these files ran before: an older release would not help', async () => {
    await using test = await setUp();
    const code = "export default { onLoad(ctx) { if (ctx.db.kept.down) throw new Error('no disk'); } };";
    const probe = createProbe();
    const first = await test.start({ db: probe });
    await test.folder.write('demo', plugin('demo', code, { version: '2.0.0' }));
    await first.host.reload('demo');
    probe.kept['down'] = true;
    const second = await test.start({ db: probe });
    expect(second.host.summary('demo')).toMatchObject({ state: 'failed', version: '2.0.0', canRollback: true });
  });

  it('leaves the plugin waiting when it asks to be tried again', async () => {
    await using test = await setUp();
    await test.start();
    await test.folder.write(
      'demo',
      plugin('demo', "export default { onLoad(ctx) { throw ctx.retryLater('no database'); } };", { version: '2.0.0' }),
    );
    const host = await test.start();
    expect(host.host.summary('demo')).toMatchObject({ state: 'retrying', version: '2.0.0' });
  });

  it('tries the files again at the next start', async () => {
    await using test = await setUp();
    await kept(await test.start(), '1.0.0');
    await test.folder.write('demo', throwing('2.0.0'));
    await test.start();
    const third = await test.start();
    expect(third.host.summary('demo')).toMatchObject({ state: 'active', version: '1.0.0', lastFailure: {} });
    await third.host.stop();
    await test.folder.write('demo', paged('2.0.1'));
    expect(await answer(await test.start())).toBe('2.0.1 page 2.0.1');
  });
});

describe('a plugin that is stopped before the next generation starts', () => {
  it('comes back with the files that it had', async () => {
    await using test = await setUp();
    await test.folder.write('demo', paged('1.0.0', { reload: 'restart' }));
    const host = await test.start();
    await kept(host, '1.0.0');
    await test.folder.write('demo', { ...throwing('2.0.0'), 'page.txt': 'page 2.0.0' });
    await rejection(host.host.reload('demo'));
    expect(await answer(host)).toBe('1.0.0 page 1.0.0');
  });

  it('names both reasons when it does not come back', async () => {
    await using test = await setUp();
    const probe = createProbe();
    const once =
      "export default { onLoad(ctx) { if (ctx.db.kept.ran) throw new Error('only once'); ctx.db.kept.ran = true; } };";
    await test.folder.write('demo', plugin('demo', once, { reload: 'restart' }));
    const host = await test.start({ db: probe });
    await test.folder.write('demo', throwing('2.0.0'));
    const error = await rejection(host.host.reload('demo'));
    expect(error).toMatchObject({ code: 'HOOK_FAILED', message: expect.stringMatching(/no licence.*only once/) });
    expect(host.host.summary('demo')).toMatchObject({ state: 'failed', reason: { message: error.message } });
  });
});

describe('the copies of releases', () => {
  it('lie beside the plugins, out of sight of discovery and git', async () => {
    await using test = await setUp();
    const host = await test.start();
    await host.host.stop();
    expect((await readdir(path.join(test.folder.directory, '.releases'))).toSorted()).toEqual(['.gitignore', 'demo']);
  });

  it('are not written for a host that wants none', async () => {
    await using test = await setUp();
    const host = await test.start({ releases: false });
    await host.host.stop();
    expect(await readdir(test.folder.directory)).toEqual(['.known-plugins.json', 'demo']);
  });
});
