import fs from 'node:fs';
import dgram from 'node:dgram';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestHost, manifestOf, type TestHost } from '../src/testing/index.ts';
import { createProbe, eventually, type Probe } from './support/probe.ts';

interface Leak {
  readonly code: string;
  /** What the record of it says in each mode; undefined where it goes unnoticed. */
  readonly own: RegExp | undefined;
  readonly everything: RegExp | undefined;
  /** Noticed and reported, but not closed. */
  readonly reportedOnly?: boolean;
}

const both = (label: RegExp): Pick<Leak, 'own' | 'everything'> => ({ own: label, everything: label });
const packagesOnly = (everything: RegExp): Pick<Leak, 'own' | 'everything'> => ({ own: undefined, everything });

/** `hit` counts a sign of life, `tick` provokes one, `stop` cleans up for the test where nobody else does. */
const leaks: Readonly<Record<string, Leak>> = {
  'a global interval': { code: 'setInterval(hit, 5)', ...both(/^interval at index\.js:4$/) },
  'a chain of timeouts': { code: '(function f() { hit(); setTimeout(f, 5); })()', ...both(/^timeout at index\.js:4$/) },
  'globalThis.setInterval': {
    code: 'const t = globalThis.setInterval(hit, 5); stop(() => clearInterval(t))',
    ...packagesOnly(/^timer at index\.js:4$/),
  },
  'an interval of node:timers': { code: 'si(hit, 5)', ...both(/^interval at index\.js:4$/) },
  'an interval of timers/promises': {
    code: '(async () => { for await (const _ of sip(5)) hit(); })()',
    ...both(/^interval at index\.js:4$/),
  },
  'a loop that sleeps with timers/promises': {
    code: '(async () => { for (;;) { await stp(5); hit(); } })()',
    ...both(/^timer promise at index\.js:4$/),
  },
  'an interval by new Function': {
    code: "const t = new Function('return setInterval')()(hit, 5); stop(() => clearInterval(t))",
    ...packagesOnly(/^timer at index\.js:4$/),
  },
  'an interval in a package': {
    code: 'const t = dep.poll(hit); stop(() => clearInterval(t))',
    ...packagesOnly(/^timer at index\.js:4$/),
  },
  'a loop of immediates': {
    code: '(function f() { hit(); setImmediate(() => setTimeout(f, 5)); })()',
    ...both(/^(immediate|timeout) at index\.js:4$/),
  },
  'an interval begun in a later callback': {
    code: "fs.readFile('/etc/hosts', () => setInterval(hit, 5))",
    ...both(/^interval at index\.js:4$/),
  },
  'an interval begun in a request': {
    code: "ctx.registerRoute({ method: 'GET', url: '/begin', handler: () => { setInterval(hit, 5); return 1; } })",
    ...both(/^interval at index\.js:4$/),
  },
  'AbortSignal.timeout': {
    code: "let on = true; stop(() => (on = false)); const f = () => AbortSignal.timeout(5).addEventListener('abort', () => { hit(); if (on) f(); }); f()",
    ...packagesOnly(/^timer at index\.js:4$/),
  },
  'fs.watch': {
    code: "const d = fs.mkdtempSync(tmp); fs.watch(d, hit); tick(() => fs.writeFileSync(d + '/x', String(Math.random())))",
    ...both(/^file watcher at index\.js:4$/),
  },
  'fs.watchFile': {
    code: "const f = fs.mkdtempSync(tmp) + '/x'; fs.writeFileSync(f, '1'); fs.watchFile(f, { interval: 5 }, hit); tick(() => fs.writeFileSync(f, String(Math.random())))",
    ...both(/^file watcher at index\.js:4$/),
  },
  'a server': {
    code: 'const s = net.createServer((c) => { hit(); c.destroy(); }).listen(0, () => tick(() => { const port = s.address()?.port; if (port) ctx.db.kept.connect(port); }))',
    ...both(/^tcp server at index\.js:4$/),
  },
  'an open socket': { code: 'net.connect(ports.chatty).on("data", hit)', ...both(/^socket at index\.js:4$/) },
  'an agent that keeps its connections': {
    code: 'http.get({ port: ports.http, agent: new http.Agent({ keepAlive: true }) }, (r) => { r.resume(); hit(); })',
    ...both(/^socket at index\.js:4$/),
  },
  'a listener on process': {
    code: "process.on('SIGUSR2', hit); tick(() => process.emit('SIGUSR2'))",
    ...both(/^listener 'SIGUSR2' on process at index\.js:4$/),
  },
  'a listener on an emitter of the host': {
    code: "const bus = ctx.db.kept.bus; bus.addEventListener('t', hit); tick(() => bus.dispatchEvent(new Event('t'))); stop(() => bus.removeEventListener('t', hit))",
    own: undefined,
    everything: undefined,
  },
  'a worker': {
    code: `new Worker('setInterval(() => require("worker_threads").parentPort.postMessage(1), 5)', { eval: true }).on('message', hit)`,
    ...both(/^worker at index\.js:4$/),
  },
  'a child process': {
    code: "spawn('sh', ['-c', 'while true; do echo x; sleep 0.01; done']).stdout.on('data', hit)",
    ...both(/^child process sh at index\.js:4$/),
  },
  'a UDP socket': {
    code: "const s = dgram.createSocket('udp4').on('message', hit).bind(0, () => { const { port } = s.address(); tick(() => ctx.db.kept.send(port)); })",
    ...both(/^udp socket at index\.js:4$/),
  },
  'an HTTP/2 server with its sessions': {
    code: "const s = http2.createServer().on('stream', (stream) => { hit(); stream.respond(); stream.end(); }).listen(0, () => { const { port } = s.address(); tick(() => ctx.db.kept.connect2(port)); })",
    ...both(/^http2 server at index\.js:4$/),
  },
  'an HTTP/2 session': {
    code: "const c = http2.connect('http://127.0.0.1:' + ports.http2); tick(() => c.destroyed || c.request().on('response', hit).end())",
    ...both(/^http2 session at index\.js:4$/),
  },
  'a watch of fs/promises': {
    code: "const d = fs.mkdtempSync(tmp); (async () => { for await (const _ of watch(d)) hit(); })(); tick(() => fs.writeFileSync(d + '/x', String(Math.random())))",
    ...both(/^file watcher at index\.js:4$/),
  },
  'a server of an own class': {
    code: 'class Mine extends net.Server {} const s = new Mine((c) => { hit(); c.destroy(); }).listen(0, () => tick(() => { const port = s.address()?.port; if (port) ctx.db.kept.connect(port); }))',
    ...both(/^tcp server at index\.js:4$/),
  },
  'a socket that was made before it was connected': {
    code: "new net.Socket().connect(ports.chatty).on('data', hit)",
    ...both(/^socket at index\.js:4$/),
  },
  'a BroadcastChannel': {
    code: "const b = new BroadcastChannel('leaky'); b.onmessage = hit; stop(() => b.close()); tick(() => ctx.db.kept.post())",
    ...packagesOnly(/^message port at index\.js:4$/),
  },
};

const imports = `import fs from 'node:fs'; import net from 'net'; import dgram from 'dgram'; import http2 from 'node:http2'; import { watch } from 'node:fs/promises'; import http from 'node:http'; import { spawn } from 'node:child_process'; import { Worker } from 'worker_threads'; import { setInterval as si } from 'node:timers'; import { setInterval as sip, setTimeout as stp } from 'node:timers/promises'; import dep from 'dep';
const tmp = ${JSON.stringify(path.join(os.tmpdir(), 'catalyst-leak-'))};`;

function leaking(code: string): Record<string, string | object> {
  return {
    'plugin.json': manifestOf('leaky'),
    'package.json': { type: 'module' },
    'index.js': `${imports}
export default { onEnable(ctx) { const hit = () => ctx.db.note('hit'); const ports = ctx.db.kept.ports; const tick = (f) => { ctx.db.kept.tick = f; }; const stop = (f) => { ctx.db.kept.stop = f; }; 
__CODE__; } };`.replace(' \n__CODE__', `\n${code}`),
    'node_modules/dep/package.json': { name: 'dep', main: 'index.js' },
    'node_modules/dep/index.js': 'exports.poll = (hit) => setInterval(hit, 5);',
  };
}

let chatty: net.Server;
let answering: http.Server;
let streaming: http2.Http2Server;

const listening = (server: net.Server | http2.Http2Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, () => resolve((server.address() as net.AddressInfo).port));
  });

const channel = new BroadcastChannel('leaky');
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows
const post = (): void => channel.postMessage(1);
const send = (port: number): void => {
  const socket = dgram.createSocket('udp4');
  socket.send('x', port, '127.0.0.1', () => socket.close());
};
const connect2 = (port: number): void => {
  const session = http2.connect(`http://127.0.0.1:${port}`).on('error', () => undefined);
  session
    .request()
    .on('error', () => undefined)
    .on('close', () => session.close())
    .resume()
    .end();
};
const connect = (port: number): void => void net.connect(port).on('error', () => undefined);

let ports: { chatty: number; http: number; http2: number };
beforeAll(async () => {
  chatty = net.createServer((socket) => {
    const timer = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
  });
  answering = http.createServer((_request, response) => response.end('ok'));
  streaming = http2.createServer((_request, response) => response.end('ok'));
  ports = { chatty: await listening(chatty), http: await listening(answering), http2: await listening(streaming) };
});
afterAll(() => {
  channel.close();
  chatty.close();
  answering.close();
  streaming.close();
  for (const name of fs.readdirSync(os.tmpdir()).filter((entry) => entry.startsWith('catalyst-leak-')))
    fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
});

interface LeakTest extends TestHost {
  readonly probe: Probe;
}

async function run(leak: Leak, trackResources: 'own-code' | 'everything'): Promise<LeakTest> {
  const probe = createProbe();
  probe.kept = { ports, bus: new EventTarget(), post, connect, connect2, send };
  const test = await createTestHost({ db: probe, trackResources, plugins: { leaky: leaking(leak.code) } });
  expect(test.host.summary('leaky')).toMatchObject({ state: 'active', error: null });
  if (leak.code.includes('/begin')) await test.http.request('leaky', 'GET', '/begin');
  await eventually(() => {
    (probe.kept['tick'] as (() => void) | undefined)?.();
    expect(probe.notes.length).toBeGreaterThan(0);
  });
  return Object.assign(test, { probe });
}

/** How often the plugin shows life while the test's own timer ticks ten times. */
function signsOfLife({ probe }: LeakTest): Promise<number> {
  return new Promise((resolve) => {
    let ticks = 0;
    const timer = setInterval(() => {
      // what was on its way when the plugin was disabled arrives first
      if ((ticks += 1) === 4) probe.notes.length = 0;
      (probe.kept['tick'] as (() => void) | undefined)?.();
      if (ticks < 14) return;
      clearInterval(timer);
      resolve(probe.notes.length);
    }, 8);
  });
}

describe.each(['own-code', 'everything'] as const)(
  'with trackResources: %s, what a plugin leaves open at disable',
  (mode) => {
    const field = mode === 'own-code' ? 'own' : 'everything';
    const rows = Object.entries(leaks);

    it.each(rows.filter(([, leak]) => leak[field]))('is closed and named: %s', async (_name, leak) => {
      await using test = await run(leak, mode);
      await test.host.disable('leaky');
      const [record] = test.host.get('leaky')?.leftBehind ?? [];
      expect(record?.resources.map(({ label }) => label)).toEqual([expect.stringMatching(leak[field] as RegExp)]);
      if (!leak.code.includes('keepAlive')) expect(await signsOfLife(test)).toBe(0);
      await test.expectNothingLeft();
    });

    it.each(rows.filter(([, leak]) => !leak[field]))('goes unnoticed: %s', async (_name, leak) => {
      await using test = await run(leak, mode);
      await test.host.disable('leaky');
      expect(test.host.get('leaky')?.leftBehind).toEqual([]);
      expect(await signsOfLife(test)).toBeGreaterThan(0);
      (test.probe.kept['stop'] as () => void)();
      await test.expectNothingLeft();
    });
  },
);
