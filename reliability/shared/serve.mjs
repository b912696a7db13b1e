// A real host in a process of its own: Fastify, a database if there is one, sockets, an admin API whose actor each request
// names. It says how it is when it is asked.
import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { getHeapCodeStatistics } from 'node:v8';
import { createPluginHost } from '@catalyst-plugins/core';
import { catalystPlugins } from '@catalyst-plugins/fastify';
import { createPrismaStores, openDatabase } from '@catalyst-plugins/prisma';
import Fastify, { LogController } from 'fastify';
import { answerQuestions, programInput } from '../../bench/shared/child-process.mjs';
import { adminToken } from './admin-client.mjs';

const { pluginsDir, database: where, watch = false, logFile, drainMs, sockets = true, db, stallWatch } = programInput();
const app = Fastify({
  logger: logFile === undefined ? false : { level: 'info', file: logFile },
  logController: new LogController({ disableRequestLogging: true }),
  pluginTimeout: 120_000,
});
const database = where && (await openDatabase({ ...where, logger: app.log }));
if (database) app.addHook('onClose', () => database.close());
const host = createPluginHost({
  pluginsDir,
  watch,
  logger: app.log,
  startWaitMs: 60_000,
  ...(database ? { stores: createPrismaStores(database) } : {}),
  ...(drainMs === undefined ? {} : { drainMs }),
  ...(stallWatch === undefined ? {} : { stallWatch }),
  ...(db === undefined ? {} : { db: tablesOf(db) }),
});
await app.register(catalystPlugins, {
  host,
  metrics: true,
  probes: true,
  sockets: sockets ? {} : false,
  admin: {
    authorize: ({ headers }) =>
      headers.authorization === `Bearer ${adminToken}` ? { id: headers['x-actor'] ?? 'admin' } : 'forbidden',
  },
});
await app.listen({ port: 0, host: '127.0.0.1' });

const heard = new Map();
answerQuestions(
  {
    states: () => host.status().map(({ name, state }) => ({ name, state })),
    /** Whether the reload succeeded. */
    reload: (name) => succeeds(host.reload(name)),
    reloadAll: (names) => Promise.all(names.map((name) => succeeds(host.reload(name)))),
    enable: (name) => succeeds(host.enable(name)),
    disable: (name) => succeeds(host.disable(name)),
    inspect: () => host.inspect(),
    settle: untilDrained,
    emit: ({ event, data }) => host.emit(event, data),
    /** Keeps the event loop busy, in milliseconds. */
    block: beBusy,
    /** Keeps what is told under this event from now on. */
    hear(event) {
      const kept = [];
      heard.set(event, kept);
      host.on(event, (data) => void kept.push(data));
    },
    /** What was told since it was asked last. */
    heard: (event) => heard.get(event).splice(0),
    /** What the process holds, after garbage was collected. */
    measure: measureProcess,
  },
  { port: app.server.address().port },
);

/** What the host holds when all generations that were replaced have gone, or after some time. */
async function untilDrained() {
  const end = performance.now() + 5_000;
  while (host.inspect().generations > host.status().length && performance.now() < end) await wait(20);
  return host.inspect();
}

function beBusy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function succeeds(command) {
  return command.then(
    () => true,
    () => false,
  );
}

async function measureProcess() {
  // V8 lets go of some things only when the stack is empty
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  const compiled = getHeapCodeStatistics().code_and_metadata_size;
  const resources = process.getActiveResourcesInfo();
  const cpu = process.cpuUsage();
  return {
    heapUsed,
    compiled,
    data: heapUsed - compiled,
    rss,
    external,
    cpuMs: (cpu.user + cpu.system) / 1_000,
    descriptors: descriptorCount(),
    timers: resources.filter((name) => name === 'Timeout' || name === 'Immediate').length,
    sockets: resources.filter((name) => name.startsWith('TCP')).length,
    ...host.inspect(),
    processListeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** Undefined where the system does not tell. */
function descriptorCount() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

/** Models as a database client has them, for what plugins may and may not do. */
function tablesOf(models) {
  return Object.fromEntries(models.map((model) => [model, { count: async () => 1, findMany: async () => [] }]));
}
