import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { percentile } from '../../bench/shared/statistics.mjs';
import { figure } from '../../bench/shared/table.mjs';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { openServer } from '../shared/admin-client.mjs';
import { startHost } from '../shared/host-program.mjs';

const limitMs = 60_000;
const boundMs = 1_000;
const stallWatch = { reportMs: 300, terminateMs: 2_000 };

/** How a plugin is at fault, which event names it, and how much time has to pass before that can be. */
const faults = [
  { what: 'A plugin that leaves an error uncaught', url: '/crash', type: 'plugin:crashed', fromMs: 0 },
  { what: 'A plugin that blocks the event loop for 0.7 s', url: '/block', type: 'plugin:stalled', fromMs: 700 },
  { what: 'A plugin that loops for ever', url: '/loop', type: 'plugin:crashed', fromMs: stallWatch.terminateMs },
];

const entryFile = `export default { onLoad(ctx) {
  const add = (url, handler) => ctx.registerRoute({ method: 'GET', url, handler });
  add('/crash', () => new Promise(() => { setTimeout(() => { throw new Error('on purpose'); }); }));
  add('/block', () => { for (const end = Date.now() + 700; Date.now() < end;); return {}; });
  add('/loop', () => { for (;;); });
} };
`;

/** How long it takes until the plugin is named that is at fault, for so many plugins one after the other; cases. */
export function measureCulprits(count) {
  return inTemporaryFolder(async (pluginsDir) => {
    const names = Array.from({ length: count }, (_, index) => `plugin-${index + 1}`);
    for (const name of names) await writePlugin(pluginsDir, name);
    const host = await startHost({ pluginsDir, stallWatch });
    const ending = new AbortController();
    try {
      const server = openServer(host.ready.port);
      return await measure(server, names, await followEvents(server, ending.signal));
    } finally {
      ending.abort();
      await host.stop();
    }
  });
}

async function measure(server, names, told) {
  const cases = [];
  for (const fault of faults) {
    const times = [];
    for (const name of names) {
      const startedAt = performance.now();
      const named = told.next(fault.type, name);
      await server.ask('GET', `/api/plugins/${name}${fault.url}`);
      times.push((await named) - startedAt - fault.fromMs);
      // it is forgiven, so that the next fault meets it active
      await server.ask('POST', `/api/plugins/${name}/enable`, { body: { enabled: true } });
    }
    cases.push(caseOf(fault, times));
  }
  return cases;
}

function caseOf({ what }, times) {
  const longest = Math.max(...times);
  return {
    what: `${what}: named after, median and longest of ${times.length}`,
    figure: `${figure(percentile(times, 0.5))} ms, ${figure(longest)} ms`,
    bound: `${boundMs / 1_000} s`,
    held: longest <= boundMs,
    problems: [times.map(Math.round).join(' ')],
  };
}

/** Follows the live events; `next(type, plugin)` resolves to when such an event comes. */
async function followEvents(server, signal) {
  const waiting = new Map();
  const pieces = server.listen('/api/plugins/events?topics=plugins,audit', { signal });
  // the stream begins with how soon to come back
  let { value: rest } = await pieces.next();
  const follow = async () => {
    for await (const piece of pieces) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop();
      for (const line of lines) hear(line, waiting);
    }
  };
  // an event that never comes is told by who waits for it
  follow().catch(() => undefined);
  return {
    next: (type, plugin) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${plugin} was not named with ${type}`)), limitMs);
        waiting.set(`${type} ${plugin}`, () => {
          clearTimeout(timer);
          resolve(performance.now());
        });
      }),
  };
}

function hear(line, waiting) {
  if (!line.startsWith('data: ')) return;
  const { type, plugin } = JSON.parse(line.slice('data: '.length));
  const key = `${type} ${plugin}`;
  waiting.get(key)?.();
  waiting.delete(key);
}

async function writePlugin(pluginsDir, name) {
  const folder = path.join(pluginsDir, name);
  await mkdir(folder);
  const manifest = { name, version: '1.0.0', backend: { entry: 'index.js' } };
  await writeFile(path.join(folder, 'plugin.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'index.js'), entryFile);
}
