// The process under measurement, of the kind `bare`, `async-context` or `plugins`. It tells its port and when it listened,
// and, when asked, its CPU time and memory.
import { AsyncLocalStorage } from 'node:async_hooks';
import { readdir } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Fastify from 'fastify';
import { partsOf } from '../profile/parts.mjs';
import { answerQuestions, programInput } from '../shared/child-process.mjs';
import { silentLogger } from '../shared/silent-logger.mjs';

// V8 of Node 24 compiles nextTick well or badly, by what it saw until then, and a process keeps what it got: 3 µs more
// or less for every request, on any server. Hot before anything else, it comes out well on all sides.
await warmUpNextTick(20_000);

const { kind, directory } = programInput();
const prefix = '/api/plugins';
const profiler = new Session();
// a thousand plugins take longer to start than Fastify waits for by default
const app = Fastify({ logger: false, pluginTimeout: 120_000 });

// what Node itself takes from then on for following asynchronous code, whoever asks for it
if (kind === 'async-context') new AsyncLocalStorage().run({}, () => {});
if (kind === 'plugins') await registerPlugins();
else await registerBare();
await app.listen({ port: 0, host: '127.0.0.1' });
const listeningAfterMs = performance.now();

answerQuestions(
  { cpu: () => process.cpuUsage(), memory: settledMemory, startProfile, stopProfile },
  { port: app.server.address().port, listeningAfterMs },
);

async function startProfile() {
  profiler.connect();
  await profiler.post('Profiler.enable');
  await profiler.post('Profiler.setSamplingInterval', { interval: 200 });
  await profiler.post('Profiler.start');
}

async function stopProfile() {
  const { profile } = await profiler.post('Profiler.stop');
  return partsOf(profile);
}

/** After garbage collection where the process may ask for it (`--expose-gc`). */
function settledMemory() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage();
}

function warmUpNextTick(count) {
  return new Promise((resolve) => {
    const next = (left) => (left === 0 ? resolve() : process.nextTick(next, left - 1));
    next(count);
  });
}

/** Every plugin an encapsulated Fastify plugin with a prefix, as an author without this framework would write it. */
async function registerBare() {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).toSorted();
  for (const name of names) {
    const { routes } = await import(pathToFileURL(path.join(directory, name, 'routes.js')).href);
    app.register(
      async (scope) => {
        for (const route of routes) scope.route(route);
      },
      { prefix: `${prefix}/${name}` },
    );
  }
}

async function registerPlugins() {
  const { createPluginHost } = await import('@catalyst-plugins/core');
  const { catalystPlugins } = await import('@catalyst-plugins/fastify');
  const host = createPluginHost({ pluginsDir: directory, logger: silentLogger(), startWaitMs: 120_000 });
  app.register(catalystPlugins, { host, prefix, admin: false, sockets: false });
  app.addHook('onListen', async () => {
    const failed = host.status().filter(({ state }) => state !== 'active');
    if (failed.length > 0) throw new Error(`not active: ${JSON.stringify(failed[0])}`);
  });
}
