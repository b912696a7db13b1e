import { writePlugins } from '../dispatch/plugin-folders.mjs';
import { requestKinds, requestTexts } from '../dispatch/request-kinds.mjs';
import { sendRequests } from '../dispatch/send-requests.mjs';
import { startServer } from '../dispatch/server-process.mjs';
import { median } from '../shared/statistics.mjs';
import { figure } from '../shared/table.mjs';
import { partTitles } from './parts.mjs';

const servers = ['bare', 'plugins'];
/** Where the time of a request goes, by the CPU profiler of V8. */
export const profile = {
  name: 'profile',
  title: 'Where the time of a request goes',
  settings: ({ quick, rounds, plugins }) => ({
    plugins: plugins?.[0] ?? 10,
    rounds: rounds ?? (quick ? 1 : 3),
    requests: quick ? 5_000 : 30_000,
  }),
  describe: ({ rounds, requests, plugins }) =>
    `${plugins} plugins; ${rounds === 1 ? '1 round' : `medians of ${rounds} rounds`} of ${requests} requests of each kind`,
  measure: measureServers,
  failures: () => [],
  rows: ({ parts }) => [
    ['Part', 'Bare Fastify, µs', 'Plugin, µs', 'Difference, µs'],
    ...parts.map(({ title, bare, plugins }) => [title, figure(bare), figure(plugins), figure(plugins - bare)]),
  ],
  introduction: `Why is a plugin's route not as cheap as the same route of bare Fastify? Both servers answer the same requests over sockets, all
kinds of the section above, while the CPU profiler of V8 looks at them every 200 µs; what it sees is summed up by the files that the code is in. The
profiler costs time itself, so only the differences say something.`,
  remarks: `- **Attribution** is \`AsyncLocalStorage.run\`: without it an error in a plugin's timer or late promise could not be traced to
  the plugin. Node 24 makes an object for each call; Node 20 follows every promise instead, which is billed to Node.
- **Following the request** counts it until its response has ended and its handler has settled: what draining, time
  limits and \`maxConcurrentRequests\` rest on.
- The same parts on both sides differ by what V8 inlined and by how far the caches of the processor reach.`,
};

async function measureServers({ plugins, rounds, requests }, progress) {
  const folder = await writePlugins(plugins);
  try {
    const samples = { bare: [], plugins: [] };
    for (let round = 0; round < rounds; round += 1) {
      progress(`round ${round + 1} of ${rounds}`);
      for (const server of round % 2 === 0 ? servers : servers.toReversed())
        samples[server].push(await profileServer(server, folder.directory, { plugins, requests }));
    }
    const parts = Object.keys(partTitles).map((part) => ({
      title: partTitles[part],
      bare: median(samples.bare.map((sample) => sample[part])),
      plugins: median(samples.plugins.map((sample) => sample[part])),
    }));
    const sum = (side) => parts.reduce((total, part) => total + part[side], 0);
    return { parts: [...parts, { title: '**All**', bare: sum('bare'), plugins: sum('plugins') }] };
  } finally {
    await folder.remove();
  }
}

/** Microseconds a request, by part. */
async function profileServer(server, directory, { plugins, requests }) {
  const process = await startServer(server, directory);
  try {
    const texts = requestKinds.map((kind) => requestTexts(kind, plugins));
    for (const ofKind of texts) await sendRequests(process.port, ofKind, 10_000);
    await process.startProfile();
    for (const ofKind of texts) await sendRequests(process.port, ofKind, requests);
    const micros = await process.stopProfile();
    const total = requests * requestKinds.length;
    return Object.fromEntries(Object.entries(micros).map(([part, sum]) => [part, sum / total]));
  } finally {
    await process.stop();
  }
}
