import { pluginName, writePlugins } from '../dispatch/plugin-folders.mjs';
import { startServer } from '../dispatch/server-process.mjs';
import { openConnection, requestText } from '../shared/keep-alive-connection.mjs';
import { acrossRounds } from '../shared/statistics.mjs';
import { figure, figures, megabytes } from '../shared/table.mjs';

const servers = [
  { kind: 'plugins', title: 'Catalyst Plugins' },
  { kind: 'bare', title: 'bare Fastify' },
];

/** How long many plugins take to start, and what they take of memory. */
export const start = {
  name: 'start',
  title: 'Starting many plugins',
  settings: ({ quick, rounds, plugins }) => ({
    rounds: rounds ?? (quick ? 1 : 3),
    plugins: [0, ...(plugins ?? (quick ? [100] : [100, 1_000]))],
  }),
  describe: ({ rounds }) => (rounds === 1 ? '1 start' : `medians of ${rounds} starts`),
  measure: measureStarts,
  failures: () => [],
  rows: (results) => [
    ['Plugins', 'Server', 'Listening after, ms', 'Range, ms', 'Resident, MB', 'Heap, MB'],
    ...results.map(({ plugins, kind, ms, rss, heapUsed }) => [
      String(plugins),
      servers.find((server) => server.kind === kind).title,
      figure(ms.median),
      figures(ms.range),
      megabytes(rss.median),
      megabytes(heapUsed.median),
    ]),
  ],
  introduction: `How long does a server with many plugins take to start, and how much memory? Every plugin has two files and five routes;
on bare Fastify it is an encapsulated Fastify plugin that imports the same routes. The time counts from the start of the
process until it listens with all plugins active. Memory is taken after a request to the last plugin and after garbage was
collected.`,
  remarks: `- Nothing is kept from one start to the next but what the operating system keeps of files.
- The host reads, checks and digests whole folders, transforms the code itself, and keeps its text, so that a reload
  transforms only what has changed and a stack trace names the author's line.`,
};

async function measureStarts({ rounds, plugins }, progress) {
  const results = [];
  for (const count of plugins) {
    progress(`${count} plugins`);
    results.push(...(await measureCount(count, rounds)));
  }
  return results;
}

async function measureCount(count, rounds) {
  const folder = await writePlugins(count);
  try {
    const samples = servers.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < servers.length; turn += 1) {
        const index = (turn + round) % servers.length;
        samples[index].push(await startOnce(servers[index].kind, folder.directory, count));
      }
    }
    return servers.map(({ kind }, index) => ({
      plugins: count,
      kind,
      ms: acrossRounds(samples[index].map(({ ms }) => ms)),
      rss: acrossRounds(samples[index].map(({ rss }) => rss)),
      heapUsed: acrossRounds(samples[index].map(({ heapUsed }) => heapUsed)),
    }));
  } finally {
    await folder.remove();
  }
}

async function startOnce(kind, directory, count) {
  const server = await startServer(kind, directory, { execArgv: ['--expose-gc'] });
  try {
    if (count > 0) await askLast(server.port, count);
    const { rss, heapUsed } = await server.memory();
    return { ms: server.listeningAfterMs, rss, heapUsed };
  } finally {
    await server.stop();
  }
}

async function askLast(port, count) {
  const connection = await openConnection(port);
  const { status } = await connection.request(requestText('GET', `/api/plugins/${pluginName(count - 1)}/status`));
  connection.close();
  if (status !== 200) throw new Error(`the last of ${count} plugins answered with ${status}`);
}
