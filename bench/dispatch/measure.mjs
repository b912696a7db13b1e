import { median, range } from '../shared/statistics.mjs';
import { writePlugins } from './plugin-folders.mjs';
import { requestKinds, requestTexts } from './request-kinds.mjs';
import { sendRequests } from './send-requests.mjs';
import { startServer } from './server-process.mjs';

/** The servers that are compared; the first is what the others are held against. */
const serverKinds = ['bare', 'async-context', 'plugins'];

/** Measures all servers with that many plugins, round by round; one result for each kind of request. */
export async function measure(plugins, { rounds, requests }) {
  const folder = await writePlugins(plugins);
  try {
    const samples = [];
    for (let round = 0; round < rounds; round += 1) {
      samples.push(await measureRound(folder.directory, plugins, { round, requests }));
    }
    return requestKinds.map((_, index) =>
      summarize(
        requestKinds[index].key,
        plugins,
        samples.map((sample) => sample[index]),
      ),
    );
  } finally {
    await folder.remove();
  }
}

/**
 * CPU microseconds per request, by kind of request and server. Every round has processes of its own: what the
 * compiler of V8 makes of the same code differs from start to start by more than what is measured here.
 */
async function measureRound(directory, plugins, { round, requests }) {
  const started = await Promise.allSettled(serverKinds.map((kind) => startServer(kind, directory)));
  const servers = started.flatMap(({ value }) => value ?? []);
  try {
    for (const { reason } of started) if (reason) throw reason;
    const texts = requestKinds.map((kind) => requestTexts(kind, plugins));
    // every route has to be compiled and hot on all sides before anything counts
    const warmUp = Math.max(requests, 6_000) + plugins * 4;
    for (const server of servers) for (const ofKind of texts) await sendRequests(server.port, ofKind, warmUp);
    const sample = texts.map(() => []);
    for (const [index, ofKind] of texts.entries()) {
      // each round begins with another server, so that none is always the first
      for (let turn = 0; turn < servers.length; turn += 1) {
        const server = (turn + round) % servers.length;
        sample[index][server] = await cpuPerRequest(servers[server], ofKind, requests);
      }
    }
    return sample;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function cpuPerRequest(server, texts, requests) {
  const before = await server.cpuMicros();
  await sendRequests(server.port, texts, requests);
  return ((await server.cpuMicros()) - before) / requests;
}

function summarize(kind, plugins, rounds) {
  const [bareMicros, asyncContextMicros, oursMicros] = serverKinds.map((_, server) =>
    median(rounds.map((sample) => sample[server])),
  );
  const ratios = rounds.map(([bare, , ours]) => bare / ours);
  return {
    plugins,
    kind,
    bareMicros,
    oursMicros,
    ratio: bareMicros / oursMicros,
    ratioRange: range(ratios),
    asyncContextRatio: bareMicros / asyncContextMicros,
  };
}
