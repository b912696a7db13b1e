import http from 'node:http';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTestHost, manifestOf, type PluginFiles, type TestHost } from '../src/testing/index.ts';
import { plugin } from './support/plugins.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

interface Running extends TestHost {
  readonly probe: Probe;
}

async function start(
  files: PluginFiles | string,
  options: { trackResources?: 'everything'; kept?: Record<string, unknown> } = {},
): Promise<Running> {
  const probe = createProbe();
  probe.kept = options.kept ?? {};
  const demo = typeof files === 'string' ? plugin('demo', files) : files;
  const { trackResources = 'own-code' } = options;
  const test = await createTestHost({ db: probe, trackResources, plugins: { demo } });
  return Object.assign(test, { probe });
}

const commonJs = (code: string): PluginFiles => ({
  'plugin.json': manifestOf('demo', { backend: { entry: 'index.cjs' } }),
  'index.cjs': code,
});

/** What the code notes while the plugin is enabled; it may await. */
async function noted(imports: string, body: string): Promise<unknown[]> {
  await using test = await start(`${imports}
    export default { async onEnable(ctx) { const note = ctx.db.note; ${body} } };`);
  expect(test.host.summary('demo')).toMatchObject({ state: 'active', error: null });
  await test.host.disable('demo');
  const left = test.host.get('demo')?.leftBehind ?? [];
  await test.expectNothingLeft();
  return [...test.probe.notes, ...left.flatMap(({ resources }) => resources.map(({ label }) => label))];
}

describe('timers of a plugin', () => {
  it('are timers of Node, with all their members', async () => {
    const body = `
      const timer = setTimeout((a, b) => {}, 1e6, 1, 2);
      note(timer.constructor.name, typeof timer[Symbol.toPrimitive](), timer.hasRef(), timer.unref() === timer, timer.hasRef(), timer.refresh() === timer);
      clearTimeout(timer);
      const tick = setInterval(() => {}, 1e6); clearInterval(tick);
      const soon = setImmediate(() => {}); note(soon.constructor.name); clearImmediate(soon);
      clearTimeout(Number(setTimeout(() => {}, 1e6))); clearTimeout(undefined); clearTimeout('x');
      setTimeout(() => {}, 1e6).close();
      try { setTimeout('code') } catch (error) { note(error.code) }`;
    expect(await noted('', body)).toEqual([
      ['Timeout', 'number', true, true, false, true],
      'Immediate',
      'ERR_INVALID_ARG_TYPE',
    ]);
  });

  it('call back with their arguments and their timer as this, and leave no trace when they have fired', async () => {
    const body = `
      await new Promise((done) => setTimeout(function (...args) { note(this.constructor.name, ...args); done(); }, 1, 'a', 'b'));
      await new Promise((done) => setImmediate((...args) => { note(...args); done(); }, 'c'));`;
    expect(await noted('', body)).toEqual([['Timeout', 'a', 'b'], 'c']);
  });

  it('that have fired and are refreshed are closed too', async () => {
    const body = `let timer; await new Promise((done) => (timer = setTimeout(done, 1))); timer.refresh(); timer._idleTimeout = 1e6; timer.refresh();`;
    expect(await noted('', body)).toEqual(['timeout at index.js:2']);
  });

  it('can be promisified, waited for, aborted, and taken apart', async () => {
    const imports = `import { promisify } from 'node:util'; import timers from 'timers'; import { setTimeout as sleep, setInterval as every, scheduler } from 'timers/promises';`;
    const body = `
      note(await promisify(setTimeout)(1, 'p'), await promisify(setImmediate)('i'), await sleep(1, 's'), await timers.promises.setTimeout(1, 't'));
      await scheduler.wait(1); await scheduler.yield();
      for await (const tick of every(1, 'tick')) { note(tick); break; }
      const abort = new AbortController(); const waiting = sleep(1e6, 0, { signal: abort.signal }); abort.abort('why');
      await waiting.catch((error) => note(error.name, error.code, error.cause));
      await sleep(1, 0, { signal: AbortSignal.abort('early') }).catch((error) => note(error.name, error.cause));
      await sleep(1, 0, { signal: {} }).catch((error) => note(error.code));
      note(timers.setTimeout === setTimeout);`;
    expect(await noted(imports, body)).toEqual([
      ['p', 'i', 's', 't'],
      'tick',
      ['AbortError', 'ABORT_ERR', 'why'],
      ['AbortError', 'early'],
      'ERR_INVALID_ARG_TYPE',
      true,
    ]);
  });

  it('begun in onEnable are silent after disable, those of onLoad go on until the plugin is unloaded', async () => {
    await using test = await start(`export default {
      onLoad(ctx) { (function again() { ctx.db.note('loaded'); setTimeout(again, 2); })(); },
      onEnable(ctx) { setInterval(() => ctx.db.note('enabled'), 2); },
    };`);
    await eventually(() => expect(test.probe.notes).toContain('enabled'));
    await test.host.disable('demo');
    test.probe.notes.length = 0;
    await eventually(() => expect(test.probe.notes.length).toBeGreaterThan(5));
    expect(test.probe.notes).not.toContain('enabled');
    await test.host.enable('demo');
    await eventually(() => expect(test.probe.notes).toContain('enabled'));
    await test.expectNothingLeft();
    test.probe.notes.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(test.probe.notes).toEqual([]);
  });

  it.each(['disable', 'reload'] as const)(
    'begun by a late promise after %s do nothing, and that is recorded',
    async (command) => {
      await using test = await start(`export default {
      onEnable(ctx) { ctx.db.wait('answer').then(() => { ctx.db.kept.timer = setInterval(() => ctx.db.note('zombie'), 1); ctx.db.note('late'); }); },
    };`);
      await test.folder.write('demo', { 'index.js': 'export default {};' });
      await test.host[command]('demo');
      await eventually(() => expect(test.host.inspect().generations).toBe(1));
      await eventually(() => expect(command === 'disable' || test.host.get('demo')?.retired.length === 1).toBe(true));
      test.probe.release('answer');
      await eventually(() => expect(test.probe.notes).toContain('late'));
      expect(Reflect.get(test.probe.kept['timer'] as object, '_destroyed')).toBe(true);
      await eventually(async () =>
        expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([
          { data: { during: 'opening interval', message: expect.stringMatching(/opened interval at index\.js/) } },
        ]),
      );
      await test.expectNothingLeft();
      expect(test.probe.notes).not.toContain('zombie');
    },
  );

  it('can be waited for in onDisable and onUnload', async () => {
    await using test = await start(`const sleep = () => new Promise((done) => setTimeout(done, 1));
    export default { async onDisable(ctx) { await sleep(); ctx.db.note('disabled'); }, async onUnload(ctx) { await sleep(); ctx.db.note('unloaded'); } };`);
    await test.expectNothingLeft();
    expect(test.probe.notes).toEqual(['disabled', 'unloaded']);
  });

  it('begun while its modules load are closed when the load fails', async () => {
    await using test = await start(`setInterval(() => {}, 1e6); throw new Error('broken');`);
    expect(test.host.summary('demo')?.state).toBe('failed');
    expect(test.host.get('demo')?.leftBehind).toMatchObject([{ generation: 1, count: 1 }]);
    await test.expectNothingLeft();
  });
});

describe('a file that declares a name itself', () => {
  it.each([
    ['const', "const setTimeout = (f) => f('mine');"],
    ['let', "let setTimeout; setTimeout = (f) => f('mine');"],
    ['var', "var setTimeout = (f) => f('mine');"],
    ['function', "function setTimeout(f) { f('mine'); }"],
    ['class', "class clearTimeout {} ; const setTimeout = (f) => f(clearTimeout.name && 'mine');"],
  ])('gets its own by %s, in CommonJS and ES modules', async (_how, declaration) => {
    const body = `{ onEnable(ctx) { setTimeout((whose) => ctx.db.note(whose)); ctx.db.note(typeof setInterval, typeof process); } }`;
    for (const files of [
      commonJs(`${declaration} module.exports = ${body};`),
      `${declaration}\nexport default ${body};`,
    ]) {
      await using test = await start(files);
      expect(test.host.summary('demo')?.error).toBe(null);
      expect(test.probe.notes).toEqual(['mine', ['function', 'object']]);
    }
  });

  it('may import or require them under the same names', async () => {
    await using esm =
      await start(`import { setTimeout } from 'node:timers/promises'; import process from 'node:process';
      export default { async onEnable(ctx) { ctx.db.note(await setTimeout(1, 'slept'), process.pid); } };`);
    await using cjs = await start(
      commonJs(`const { setTimeout } = require('timers/promises'); const process = require('node:process');
      exports.onEnable = async (ctx) => ctx.db.note(await setTimeout(1, 'slept'), process.pid);`),
    );
    for (const { probe } of [esm, cjs]) expect(probe.notes).toEqual([['slept', process.pid]]);
  });
});

describe('process of a plugin', () => {
  it('is the real one but for its listeners, which are the plugin’s own', async () => {
    const heard: string[] = [];
    const hosts = (): void => void heard.push('host');
    process.on('SIGUSR2', hosts);
    try {
      await using test = await start(`export default { onEnable(ctx) {
        const note = (word) => () => ctx.db.note(word);
        const kept = note('kept');
        const gone = note('gone');
        ctx.db.note(process.on('SIGUSR2', kept) === process, process.env.PATH !== undefined, process.memoryUsage.rss() > 0, process.hrtime.bigint() > 0n);
        process.once('SIGUSR2', note('once')).prependListener('SIGUSR2', note('first'));
        process.on('SIGUSR2', gone).off('SIGUSR2', gone);
        process.on('other', note('other')).removeAllListeners('other');
        for (const listener of process.listeners('SIGUSR2')) if (listener !== kept) process.removeListener('exit', listener);
        process.titleOfDemo = 'written';
      } };`);
      expect(Reflect.get(process, 'titleOfDemo')).toBe('written');
      for (let round = 0; round < 2; round += 1) process.emit('SIGUSR2');
      process.emit('other' as 'SIGUSR2');
      expect(test.probe.notes).toEqual([[true, true, true, true], 'first', 'kept', 'once', 'first', 'kept']);
      await test.host.disable('demo');
      expect(process.listeners('SIGUSR2')).toEqual([hosts]);
      expect(test.host.get('demo')?.leftBehind[0]).toMatchObject({ count: 2 });
      await test.expectNothingLeft();
    } finally {
      process.off('SIGUSR2', hosts);
      Reflect.deleteProperty(process, 'titleOfDemo');
    }
    expect(heard).toEqual(['host', 'host']);
  });

  it('does not take away what others listen to', async () => {
    const hosts = (): void => undefined;
    process.on('SIGUSR2', hosts);
    await using test = await start(
      `export default { onEnable() { process.removeAllListeners('SIGUSR2'); process.removeAllListeners(); for (const l of process.listeners('SIGUSR2')) process.off('SIGUSR2', l); } };`,
    );
    expect(process.listeners('SIGUSR2')).toEqual([hosts]);
    process.off('SIGUSR2', hosts);
    await test.expectNothingLeft();
  });
});

describe('built-in modules of a plugin', () => {
  it('make objects of Node’s own classes, called in every way', async () => {
    const imports = `import { inherits } from 'node:util'; import net, { Server, Socket } from 'node:net'; import http from 'http'; import https from 'node:https'; import tls from 'node:tls'; import http2 from 'node:http2'; import dgram from 'node:dgram'; import { Worker } from 'node:worker_threads'; import * as all from 'node:fs'; import fs from 'fs'; import promises from 'node:fs/promises';`;
    const body = `
      class Mine extends net.Server { mine() { return 1; } }
      function Old() { net.Server.call(this); } inherits(Old, net.Server); note(new Old() instanceof Old, new Old().listening);
      note(net.createServer() instanceof Server, new Server() instanceof net.Server, Server() instanceof Server, new Mine() instanceof Server, new Mine().mine());
      note(new http.Server() instanceof net.Server, http.createServer() instanceof http.Server, https.createServer() instanceof tls.Server, new Socket() instanceof Socket, new http.Agent() instanceof http.Agent);
      note(http2.createServer() instanceof net.Server, Object.getPrototypeOf(Worker.prototype).constructor.name, Server.name, http.STATUS_CODES[404], all.promises.readFile === fs.promises.readFile, promises.readFile === fs.promises.readFile, all.default === fs);
      const socket = dgram.createSocket('udp4'); note(socket instanceof dgram.Socket); socket.close();`;
    expect(await noted(imports, body)).toEqual([
      [true, false],
      [true, true, true, true, 1],
      [true, true, true, true, true],
      [true, 'EventEmitter', 'Server', 'Not Found', true, true, true],
      true,
    ]);
  });

  it('close a server with its connections', async () => {
    await using test = await start(`import http from 'node:http';
      export default { onEnable(ctx) { return new Promise((done) => { const server = http.createServer((q, s) => s.write('x')).listen(0, () => { ctx.db.kept.port = server.address().port; done(); }); }); } };`);
    const socket = net.connect(test.probe.kept['port'] as number);
    const closed = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
    await new Promise((resolve) => socket.on('connect', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    await test.host.disable('demo');
    await closed;
    expect(test.host.get('demo')?.leftBehind).toMatchObject([
      { count: 1, resources: [{ label: 'http server at index.js:2', count: 1, closed: true }] },
    ]);
    await test.expectNothingLeft();
  });

  it('say nothing of what the plugin closed itself', async () => {
    const imports = `import net from 'node:net'; import fs from 'node:fs'; import { execFile, exec, spawn, spawnSync } from 'node:child_process'; import { promisify } from 'node:util'; import { once } from 'node:events'; import { Worker } from 'node:worker_threads';`;
    const body = `
      const server = net.createServer().listen(0); await once(server, 'listening'); server.close();
      fs.watch('.').close(); const listener = () => {}; fs.watchFile('/etc/hosts', listener); fs.unwatchFile('/etc/hosts', listener);
      note((await promisify(execFile)('echo', ['a'])).stdout.trim(), (await promisify(exec)('echo b')).stdout.trim(), String(spawnSync('echo', ['c']).stdout).trim());
      await once(spawn('true'), 'exit');
      spawn('/does/not/exist').on('error', (error) => note(error.code)); await new Promise((done) => setTimeout(done, 5));
      const worker = new Worker('', { eval: true }); await once(worker, 'exit');`;
    expect(await noted(imports, body)).toEqual([['a', 'b', 'c'], 'ENOENT']);
  });

  it('leave a process alone that was started to outlive the plugin', async () => {
    await using test = await start(`import { spawn } from 'node:child_process';
      export default { onEnable(ctx) { ctx.db.kept.child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }); } };`);
    const child = test.probe.kept['child'] as { pid: number; killed: boolean };
    await test.host.disable('demo');
    expect(test.host.get('demo')?.leftBehind).toEqual([]);
    expect(process.kill(child.pid, 0)).toBe(true);
    process.kill(child.pid, 'SIGKILL');
    await test.expectNothingLeft();
  });
});

describe('what the host opens while a plugin calls it', () => {
  it('is the host’s, and stays open', async () => {
    let ticks = 0;
    let timer: NodeJS.Timeout | undefined;
    const open = (): void => void (timer = setInterval(() => (ticks += 1), 1));
    await using test = await start(`export default { onEnable(ctx) { ctx.db.kept.open(); } };`, {
      trackResources: 'everything',
      kept: { open },
    });
    await test.host.disable('demo');
    expect(test.host.get('demo')?.leftBehind).toEqual([]);
    ticks = 0;
    await eventually(() => expect(ticks).toBeGreaterThan(3));
    clearInterval(timer);
    await test.expectNothingLeft();
  });

  it('includes the connections that Node keeps for fetch', async () => {
    const server = http.createServer((_request, response) => response.end('ok'));
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const { port } = server.address() as net.AddressInfo;
    await using test = await start(
      `export default { async onEnable() { await (await fetch('http://localhost:${port}/')).text(); } };`,
      {
        trackResources: 'everything',
      },
    );
    await test.host.disable('demo');
    expect(test.host.get('demo')?.leftBehind).toEqual([]);
    server.closeAllConnections();
    server.close();
    await test.expectNothingLeft();
  });

  it('stays open when the plugin called it too late; what a package opens then is closed', async () => {
    let hosts: NodeJS.Timeout | undefined;
    const open = (): void => void (hosts = setInterval(() => undefined, 1e6));
    const late = {
      'index.js': `import dep from 'dep';
        export default { onEnable(ctx) { ctx.db.wait('answer').then(() => { ctx.db.kept.open(); ctx.db.kept.timer = dep.poll(() => {}); ctx.db.note('late'); }); } };`,
      'node_modules/dep/package.json': { name: 'dep', main: 'index.js' },
      'node_modules/dep/index.js': 'exports.poll = (hit) => setInterval(hit, 1e6);',
    };
    await using test = await start(late, { trackResources: 'everything', kept: { open } });
    await test.folder.write('demo', { 'index.js': 'export default {};' });
    await test.host.reload('demo');
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    test.probe.release('answer');
    await eventually(() => expect(test.probe.notes).toEqual(['late']));
    const isOver = (timer: unknown): unknown => Reflect.get(timer as object, '_destroyed');
    await eventually(() => expect(isOver(test.probe.kept['timer'])).toBe(true));
    expect(isOver(hosts)).toBe(false);
    clearInterval(hosts);
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:error' })).toMatchObject([{ data: { during: 'opening timer' } }]),
    );
    await test.expectNothingLeft();
  });

  it('is told from what a package opens that the plugin shares with others, by who imports it', async () => {
    await using test = await start(`import dep from 'dep';
      export default { onEnable(ctx) { ctx.db.kept.timer = dep.poll(() => {}); } };`);
    expect(test.host.summary('demo')?.state).toBe('failed');
    await test.folder.write('node_modules', {
      'plugin.json': {},
      'dep/package.json': { name: 'dep', main: 'index.js' },
      'dep/index.js': 'exports.poll = (hit) => setInterval(hit, 1e6);',
    });
    await using everything = await createTestHost({
      db: test.probe,
      folder: test.folder,
      trackResources: 'everything',
    });
    await everything.host.disable('demo');
    expect(everything.host.get('demo')?.leftBehind).toMatchObject([
      { resources: [{ label: 'timer at index.js:2', count: 1, closed: true }] },
    ]);
    await everything.expectNothingLeft();
  });

  it('is not looked at any more once the last host that tracks everything has ended', async () => {
    const before = process.listenerCount('newListener');
    await using first = await start('export default {};', { trackResources: 'everything' });
    await using second = await start('export default {};', { trackResources: 'everything' });
    expect(process.listenerCount('newListener')).toBe(before + 1);
    await first.expectNothingLeft();
    expect(process.listenerCount('newListener')).toBe(before + 1);
    await second.expectNothingLeft();
    expect(process.listenerCount('newListener')).toBe(before);
  });
});

describe('what was left behind', () => {
  it('is in the log, the audit log and the detail: each place once with its count, at most 20 of them', async () => {
    const lines = Array.from({ length: 25 }, () => 'setInterval(() => {}, 1e6);').join('\n');
    await using test = await start(`export default { onEnable() {
      for (let i = 0; i < 3; i += 1) setTimeout(() => {}, 1e6);
      ${lines}
    } };`);
    await test.host.disable('demo');
    const data = { generation: 1, count: 28, resources: expect.any(Array) };
    const [record] = test.host.get('demo')?.leftBehind ?? [];
    expect(record).toMatchObject({ ...data, at: expect.stringMatching(/^2026-/) });
    expect(record?.resources).toHaveLength(20);
    expect(record?.resources.slice(0, 2)).toEqual([
      { label: 'timeout at index.js:2', count: 3, closed: true },
      { label: 'interval at index.js:3', count: 1, closed: true },
    ]);
    await eventually(async () =>
      expect(await test.host.audit({ type: 'plugin:left-behind' })).toMatchObject([{ plugin: 'demo', data }]),
    );
    expect(test.logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(/^plugin "demo" left behind: 3 × timeout at index\.js:2, interval at/),
      }),
    );
    await test.host.enable('demo');
    await test.host.disable('demo');
    expect(test.host.get('demo')?.leftBehind.map(({ count }) => count)).toEqual([28, 28]);
    await test.expectNothingLeft();
  });

  it('is only what was left: a plugin that cleans up after itself is not spoken of', async () => {
    await using test = await start(`import { createServer } from 'node:net';
    export default {
      onEnable() { this.timer = setInterval(() => {}, 1e6); this.server = createServer().listen(0); process.on('SIGUSR2', this.heard = () => {}); },
      onDisable() { clearInterval(this.timer); this.server.close(); process.off('SIGUSR2', this.heard); },
    };`);
    await test.host.disable('demo');
    expect(test.host.get('demo')?.leftBehind).toEqual([]);
    await test.expectNothingLeft();
    expect(await test.host.audit({ type: 'plugin:left-behind' })).toEqual([]);
  });
});

describe('a plugin that is reloaded 1,000 times', () => {
  it('has one listener, one task, one interval and one listener on process', async () => {
    await using test = await start(`export default { onEnable(ctx) {
      ctx.on('happened', () => ctx.db.note('event'));
      ctx.scheduleTask('* * * * *', () => ctx.db.note('task'));
      setInterval(() => {}, 1e6);
      process.on('SIGUSR2', () => ctx.db.note('signal'));
    } };`);
    const listeners = process.listenerCount('SIGUSR2');
    for (let round = 0; round < 1_000; round += 1) await test.host.reload('demo');
    await eventually(() => expect(test.host.inspect().generations).toBe(1));
    expect(test.host.inspect().listeners).toBe(1);
    expect(test.scheduler.jobs()).toHaveLength(1);
    expect(process.listenerCount('SIGUSR2')).toBe(listeners);
    test.host.emit('happened');
    for (const job of test.scheduler.jobs()) job.tick(0);
    process.emit('SIGUSR2');
    expect(test.probe.notes).toEqual(['event', 'task', 'signal']);
    await test.expectNothingLeft();
  });
});
