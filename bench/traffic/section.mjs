import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../shared/child-process.mjs';
import { percentile } from '../shared/statistics.mjs';
import { figure } from '../shared/table.mjs';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { requestKinds, startLoad } from './load.mjs';
import { isBroken, writeLoadedPlugin } from './plugin-versions.mjs';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));

/** What requests notice of reloads. */
export const traffic = {
  name: 'traffic',
  title: 'Requests during reloads',
  settings: ({ quick, rounds }) => ({
    rounds: rounds ?? (quick ? 2 : 10),
    reloads: 100,
    connections: 64,
    warmUpMs: quick ? 1_000 : 4_000,
    steadyMs: quick ? 1_000 : 3_000,
    pauseMs: 10,
  }),
  describe: ({ rounds, reloads, steadyMs }) =>
    `${rounds} rounds of ${steadyMs / 1_000} s without reloads, then ${reloads} reloads`,
  measure: (settings, progress) => inTemporaryFolder((directory) => measureTraffic(directory, settings, progress)),
  failures: ({ failed, failures, surprises }) => [
    ...(failed > 0 ? [`${failed} requests failed: ${failures.join('; ')}`] : []),
    ...surprises,
  ],
  rows: ({ kinds }) => [
    ['Request', 'Steady p50, ms', 'Reloading p50, ms', 'Steady p99, ms', 'Reloading p99, ms', 'p99 ratio', 'Requests'],
    ...kinds.map(({ key, steady, during }) => [
      requestKinds.find((kind) => kind.key === key).title,
      figure(steady.p50),
      figure(during.p50),
      figure(steady.p99),
      figure(during.p99),
      figure(during.p99 / steady.p99),
      figure(steady.requests + during.requests),
    ]),
  ],
  summary: ({ reloads, broken, reloadsPerSecond, requests, failed }) =>
    `${figure(reloads)} reloads, ${broken} of them of broken versions, ${figure(reloadsPerSecond)} a second; ${figure(requests)} requests, **${failed} failed**.`,
  introduction: `What do requests notice? 64 keep-alive connections send one request after the other to a plugin on a Fastify server,
as fast as it answers, while the plugin is reloaded from one version to the next. Three versions of ten are broken: one
throws when it is loaded, one has a syntax error, one fails in \`onEnable\`; for these the version before has to go on. Every
answer is checked: status, content, and that its version is the one that was live when it was sent, or a later one.
Stretches with and without reloads alternate.`,
  remarks: `- The server is as busy as it can be all the time, so what a reload takes of it, the requests get less.
- Between two reloads are ten milliseconds; how many there are in a second says how long they take under this load.`,
};

async function measureTraffic(pluginsDir, settings, progress) {
  const plugin = await writeLoadedPlugin(pluginsDir);
  const server = await startProgram(program, { pluginsDir });
  try {
    const load = await startLoad(server.ready.port, settings.connections, (version) => !isBroken(version));
    const run = { version: 0, broken: 0, reloadingMs: 0, surprises: [] };
    await wait(settings.warmUpMs);
    for (let round = 0; round < settings.rounds; round += 1) {
      progress(`round ${round + 1} of ${settings.rounds}`);
      load.setPhase('steady');
      await wait(settings.steadyMs);
      load.setPhase('during');
      await reloadMany({ server, plugin, load, run }, settings);
      // requests that were sent during the last reload are none of the steady ones
      load.setPhase(undefined);
      await wait(100);
    }
    const { latencies, ...outcome } = await load.stop();
    if ((await server.ask('generations')) !== 1) run.surprises.push('old generations were still there at the end');
    return {
      reloads: run.version,
      broken: run.broken,
      reloadsPerSecond: run.version / (run.reloadingMs / 1_000),
      ...outcome,
      surprises: run.surprises,
      kinds: requestKinds.map(({ key }) => ({
        key,
        steady: summarize(latencies.get(`steady ${key}`)),
        during: summarize(latencies.get(`during ${key}`)),
      })),
    };
  } finally {
    await server.stop();
  }
}

async function reloadMany({ server, plugin, load, run }, { reloads, pauseMs }) {
  const start = performance.now();
  for (let count = 0; count < reloads; count += 1) {
    run.version += 1;
    const broken = isBroken(run.version);
    if (broken) run.broken += 1;
    else load.written(run.version);
    await plugin.save(run.version);
    const succeeded = await server.ask('reload', plugin.name);
    if (succeeded === broken) run.surprises.push(`version ${run.version} ${broken ? 'was taken over' : 'was refused'}`);
    if (succeeded) load.wentLive(run.version);
    await wait(pauseMs);
  }
  run.reloadingMs += performance.now() - start;
}

function summarize(latencies = []) {
  return { requests: latencies.length, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}
