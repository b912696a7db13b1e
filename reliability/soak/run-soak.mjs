import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { openClient } from '../../bench/sockets/client.mjs';
import { openAdmin, openServer } from '../shared/admin-client.mjs';
import { readableAddresses } from '../shared/readable-addresses.mjs';
import { startHost } from '../shared/host-program.mjs';
import { taskEvent, taskRuns } from '../shared/task-runs.mjs';
import { ChaosLog } from './chaos-log.mjs';
import { disturb } from './chaos.mjs';
import { readErrors } from './host-log.mjs';
import { readEvents } from './live-readers.mjs';
import { keepAsking } from './load.mjs';
import { models, writeSoakPlugins } from './plugin-folders.mjs';
import { seededRandom } from './random.mjs';

/** So long that it counts as a stall on any machine, in milliseconds. */
const warmUpStallMs = 1_000;

/** Runs a host under steady load while things happen to its plugins; resolves to all that was seen. */
export function runSoak(settings, progress) {
  return inTemporaryFolder(async (directory) => {
    const pluginsDir = path.join(directory, 'plugins');
    const logFile = path.join(directory, 'host.log');
    await mkdir(pluginsDir);
    const files = await writeSoakPlugins(pluginsDir);
    const input = {
      pluginsDir,
      logFile,
      watch: true,
      db: models,
      database: { directory: path.join(directory, 'data') },
    };
    const host = await startHost(input, { execArgv: ['--expose-gc', ...settings.execArgv] });
    const chaosLog = new ChaosLog();
    let seen;
    try {
      seen = await watchHost(host, { files, log: chaosLog }, settings, progress);
    } finally {
      await host.stop();
    }
    return { ...seen, errors: await readErrors(logFile, chaosLog), logBytes: (await stat(logFile)).size };
  });
}

async function watchHost(host, { files, log }, settings, progress) {
  const { port } = host.ready;
  const problems = [];
  const server = openServer(port);
  const live = { version: 0, written: 0, round: 0, writtenRound: 0 };
  progress('warm-up');
  await fillWhatIsKept(host, settings);
  // a database opens the file of a table when it is asked for it first
  for (const { url } of await readableAddresses(server)) await server.get(url);
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt > settings.ms;
  const shared = { random: seededRandom(settings.seed), log, live, isOver };
  const clients = [];
  for (let count = 0; count < settings.sockets; count += 1) clients.push(await openClient(port));
  const events = readEvents(server, settings.seed);
  const [load, , beat] = await Promise.all([
    keepAsking({ port, perSecond: settings.perSecond, ...shared }),
    disturb({ server, admin: openAdmin(port), files, problems, everyMs: settings.everyMs, ...shared }),
    keepTime({ host, clients, isOver, settings, progress }),
  ]);
  await untilComplete(clients, beat.sent);
  const outcomes = clients.map((client) => client.outcome(beat.sent));
  for (const client of clients) client.close();
  return {
    ...load,
    seconds: (performance.now() - startedAt) / 1_000,
    problems: [...problems, ...load.problems],
    failedActs: problems.length,
    acts: log.counts,
    messages: Object.fromEntries(
      ['messages', 'closed', 'lost', 'doubled', 'disordered', 'refused'].map((what) => [
        what,
        outcomes.reduce((sum, outcome) => sum + outcome[what], 0),
      ]),
    ),
    events: await events.end(),
    host: (await server.get('/api/plugins/metrics')).host,
    ticks: ticksOf(beat.heard, beat.seconds),
    samples: beat.samples,
    driverCpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
    states: await host.ask('states'),
  };
}

/**
 * The host keeps the latest events, operations and lines, so many of each, and V8 keeps where the lines of each script end
 * as soon as a stall is looked at. All that is full before anything is measured, so that what grows afterwards is none of it.
 */
async function fillWhatIsKept(host, { warmUpReloads }) {
  for (let count = 0; count < warmUpReloads; count += 1) {
    if (!(await host.ask('reload', 'steady'))) throw new Error('a plugin that nobody changed was refused');
  }
  await host.ask('block', warmUpStallMs);
}

/** Each second a message from and to every socket; every now and then a look at what the host holds. */
async function keepTime({ host, clients, isOver, settings, progress }) {
  const beat = { sent: 0, heard: [], samples: [], seconds: 0 };
  await host.ask('hear', taskEvent);
  const startedAt = performance.now();
  while (!isOver()) {
    await wait(1_000);
    beat.sent += 1;
    for (const client of clients) client.ping();
    await host.ask('emit', { event: 'tick', data: { number: beat.sent } });
    if (beat.sent % settings.sampleEverySeconds !== 0) continue;
    const sample = await host.ask('measure');
    beat.samples.push({ ...sample, at: (performance.now() - startedAt) / 1_000 });
    beat.heard.push(...(await host.ask('heard', taskEvent)));
    const elapsed = Math.round((performance.now() - startedAt) / 1_000);
    progress(`${elapsed} s, heap ${(sample.heapUsed / 1_000_000).toFixed(1)} MB, ${sample.descriptors} descriptors`);
  }
  beat.heard.push(...(await host.ask('heard', taskEvent)));
  beat.seconds = (performance.now() - startedAt) / 1_000;
  return beat;
}

/** How often the task of `clock` ran, and how often twice for one second. */
function ticksOf(heard, seconds) {
  const { times, doubled } = taskRuns(heard, 'clock');
  const gaps = times.slice(1).map((at, index) => at - times[index]);
  return { ran: times.length, seconds, doubled, longestGapMs: Math.max(0, ...gaps) };
}

async function untilComplete(clients, ticks) {
  const end = performance.now() + 10_000;
  while (performance.now() < end && !clients.every((client) => client.isComplete(ticks))) await wait(20);
}
