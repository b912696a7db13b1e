import { readFile } from 'node:fs/promises';
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
import { answering, plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';
import { runTypescript } from './support/run-typescript.ts';

/** Takes a while to come up, so that it is being started while others are. */
const slow = (name: string): PluginFiles =>
  plugin(name, 'export default { onEnable: () => new Promise((resolve) => setTimeout(resolve, 600)) };');

/** Ends the process without a word, in a way that nothing in the process can hold up. */
const deadly = (name: string): PluginFiles =>
  plugin(
    name,
    `import { execFileSync } from 'node:child_process';
    await new Promise((resolve) => setTimeout(resolve, 200));
    execFileSync('kill', ['-9', String(process.pid)]);`,
  );

interface Boot {
  readonly states: Record<string, { state: string; code: string | null }>;
  readonly quarantines: unknown[];
}

/** Starts a process on the folder; `undefined` when it died before its host was up. */
async function boot(folder: PluginsFolder): Promise<Boot | undefined> {
  const { stdout, signal } = await runTypescript('./start-until-killed.ts', [folder.directory]);
  expect(signal).toBe('SIGKILL');
  return stdout === '' ? undefined : (JSON.parse(stdout) as Boot);
}

const active = { state: 'active', code: null };

it('a plugin that kills the process at every start is found among others and quarantined at the fourth, until its files change', async () => {
  await using folder = await createPluginsFolder({ one: slow('one'), deadly: deadly('deadly'), two: slow('two') });
  expect(await boot(folder)).toBeUndefined();
  expect(await boot(folder)).toBeUndefined();
  expect(await boot(folder)).toBeUndefined();
  const fourth = await boot(folder);
  const quarantined = { state: 'quarantined', code: 'PLUGIN_QUARANTINED' };
  expect(fourth?.states).toEqual({ one: active, two: active, deadly: quarantined });
  expect(fourth?.quarantines).toEqual([
    [
      'deadly',
      expect.objectContaining({
        code: 'PLUGIN_QUARANTINED',
        message: 'The process died while plugin "deadly" 1.0.0 was being started, 3 times in a row.',
      }),
    ],
  ]);
  await folder.write('deadly', answering('deadly', 'mended'));
  expect((await boot(folder))?.states).toEqual({ one: active, two: active, deadly: active });
  await expect(readFile(path.join(folder.directory, '.crashes.json'))).rejects.toMatchObject({ code: 'ENOENT' });
}, 120_000);

it('what was enabled comes back after kill -9, and nothing is held against it', async () => {
  await using folder = await createPluginsFolder({ one: slow('one'), two: slow('two') });
  for (let start = 0; start < 3; start += 1) expect((await boot(folder))?.states).toEqual({ one: active, two: active });
}, 120_000);

/** Hangs in `onEnable` until the test lets it go on. */
const hanging = (name: string): PluginFiles =>
  plugin(name, `export default { onEnable: (ctx) => ctx.db.wait('${name}') };`);

/** Hosts on one folder that are left alone in the middle of their start, as if their process had died. */
class DyingHosts implements AsyncDisposable {
  readonly folder: PluginsFolder;
  readonly #hosts: (TestHost & { probe: Probe })[] = [];

  constructor(folder: PluginsFolder) {
    this.folder = folder;
  }

  /** Starts a host; resolves when these plugins are being started. */
  async start(waiting: readonly string[], options: TestHostOptions = {}): Promise<TestHost & { probe: Probe }> {
    const probe = createProbe();
    const host = await createTestHost({ folder: this.folder, db: probe, start: false, ...options });
    const test = Object.assign(host, { probe });
    this.#hosts.push(test);
    const started = test.host.start();
    if (waiting.length === 0) await started;
    for (const name of waiting) await eventually(() => expect(probe.waiting(name)).toBe(1));
    return test;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { host, clock, probe } of this.#hosts) {
      const stopped = host.stop();
      for (const name of ['one', 'two']) probe.release(name);
      clock.advance(30_000);
      await stopped;
    }
    await this.folder[Symbol.asyncDispose]();
  }
}

const left = async ({ directory }: PluginsFolder): Promise<unknown> =>
  JSON.parse(await readFile(path.join(directory, '.crashes.json'), 'utf8').catch(() => 'null'));

describe('a process that dies while plugins start', () => {
  it('leaves a file that names them, and the next starts them one after the other, after the others', async () => {
    const folder = await createPluginsFolder({
      one: hanging('one'),
      two: hanging('two'),
      three: answering('three', '3'),
    });
    await using hosts = new DyingHosts(folder);
    await hosts.start(['one', 'two']);
    expect(await left(folder)).toMatchObject({ starting: { one: expect.any(String), two: expect.any(String) } });
    const second = await hosts.start(['one']);
    expect(second.probe.waiting('two')).toBe(0);
    expect(second.host.summary('three')?.state).toBe('active');
    expect(second.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('one by one') }),
    );
    second.probe.release('one');
    await eventually(() => expect(second.probe.waiting('two')).toBe(1));
    expect(second.host.summary('one')?.state).toBe('active');
  });

  it('again and again is not held against a plugin that was never the only one', async () => {
    const folder = await createPluginsFolder({ one: hanging('one'), two: hanging('two') });
    await using hosts = new DyingHosts(folder);
    await hosts.start(['one', 'two']);
    // the second start goes one by one: `two` is not even begun, so what happened then cannot be its fault
    for (let start = 0; start < 2; start += 1) await hosts.start(['one']);
    const fourth = await hosts.start(['two']);
    expect(fourth.host.summary('one')).toMatchObject({
      state: 'quarantined',
      enabled: true,
      reason: { code: 'PLUGIN_QUARANTINED' },
    });
    expect(fourth.host.summary('two')?.state).toBe('loading');
    await eventually(async () =>
      expect(await fourth.stores.plugins.get('one')).toMatchObject({ state: 'quarantined', enabled: true }),
    );
  });

  it('counts from anew when a start went well in between', async () => {
    const folder = await createPluginsFolder({ one: hanging('one') });
    await using hosts = new DyingHosts(folder);
    for (let start = 0; start < 2; start += 1) await hosts.start(['one']);
    const third = await hosts.start(['one']);
    third.probe.release('one');
    await eventually(() => expect(third.host.summary('one')?.state).toBe('active'));
    expect(await left(folder)).toBeNull();
  });

  it('counts as often as the crash budget says', async () => {
    const folder = await createPluginsFolder({ one: hanging('one') });
    await using hosts = new DyingHosts(folder);
    await hosts.start(['one'], { crashBudget: { crashes: 1 } });
    const second = await hosts.start([], { crashBudget: { crashes: 1 } });
    expect(second.host.summary('one')?.state).toBe('quarantined');
  });

  it('is forgiven by enable', async () => {
    const folder = await createPluginsFolder({ one: hanging('one') });
    await using hosts = new DyingHosts(folder);
    await hosts.start(['one'], { crashBudget: { crashes: 1 } });
    const second = await hosts.start([], { crashBudget: { crashes: 1 } });
    const enabled = second.host.enable('one');
    await eventually(() => expect(second.probe.waiting('one')).toBe(1));
    second.probe.release('one');
    await enabled;
    expect(second.host.summary('one')).toMatchObject({ state: 'active', reason: null });
    expect(await left(folder)).toBeNull();
  });

  it('did not die when it was stopped in the middle', async () => {
    const folder = await createPluginsFolder({ one: hanging('one') });
    await using hosts = new DyingHosts(folder);
    const first = await hosts.start(['one']);
    const stopped = first.host.stop();
    expect(await left(folder)).toBeNull();
    first.clock.advance(30_000);
    await stopped;
  });
});

it('a restart does not give a plugin that crashes new chances', async () => {
  const crashing = plugin(
    'one',
    "export default { onLoad(ctx) { ctx.on('crash', () => void setTimeout(() => { throw new Error('lost'); })); } };",
  );
  await using folder = await createPluginsFolder({ one: crashing });
  const crash = async (state: string): Promise<void> => {
    await using test = await createTestHost({ folder });
    test.host.emit('crash');
    await eventually(() => expect(test.host.summary('one')?.state).toBe(state));
    await test.expectNothingLeft();
  };
  await crash('retrying');
  await crash('retrying');
  await crash('quarantined');
});
