import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../shared/child-process.mjs';
import { figure } from '../shared/table.mjs';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { openClient } from './client.mjs';
import { writeChatPlugin } from './chat-plugin.mjs';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));
const answerLimitMs = 10_000;

/** What open sockets notice of reloads. */
export const sockets = {
  name: 'sockets',
  title: 'WebSockets during reloads',
  settings: ({ quick, rounds }) => ({
    rounds: rounds ?? 1,
    sockets: quick ? 100 : 500,
    reloads: quick ? 10 : 50,
    pingMs: 100,
    tickMs: 50,
  }),
  describe: ({ sockets: count, reloads }) => `${count} sockets, ${reloads} reloads`,
  measure: async (settings, progress) => {
    const results = [];
    for (let round = 0; round < settings.rounds; round += 1) {
      results.push(await inTemporaryFolder((directory) => measureSockets(directory, settings, progress)));
    }
    return results;
  },
  failures: (results) =>
    results.flatMap((result) =>
      ['closed', 'lost', 'doubled', 'disordered', 'refused'].flatMap((what) =>
        result[what] > 0 ? [`${what} ${what === 'closed' ? 'sockets' : 'messages'}: ${result[what]}`] : [],
      ),
    ),
  rows: (results) => [
    ['Sockets', 'Reloads', 'Messages', 'Sockets closed', 'Messages lost', 'Doubled', 'Out of order'],
    ...results.map((result) => [
      String(result.sockets),
      String(result.reloads),
      figure(result.messages),
      ...[result.closed, result.lost, result.doubled, result.disordered].map(String),
    ]),
  ],
  introduction: `What do open sockets notice? Every client sends a numbered message ten times a second, which the plugin has to answer,
and the plugin passes twenty numbered messages a second on to all clients, while it is reloaded from version to version.`,
};

async function measureSockets(pluginsDir, settings, progress) {
  const plugin = await writeChatPlugin(pluginsDir);
  const server = await startProgram(program, { pluginsDir, tickMs: settings.tickMs });
  const clients = [];
  try {
    for (let count = 0; count < settings.sockets; count += 1) clients.push(await openClient(server.ready.port));
    const pings = setInterval(() => clients.forEach((client) => client.ping()), settings.pingMs);
    await server.ask('startTicks');
    await reloadMany({ server, plugin, progress }, settings);
    // on a busy machine messages are behind
    await untilAll(clients, (client) => client.hasHeard(settings.reloads));
    clearInterval(pings);
    const ticks = await server.ask('stopTicks');
    await untilAll(clients, (client) => client.isComplete(ticks));
    return summarize(clients, ticks, settings);
  } finally {
    for (const client of clients) client.close();
    await server.stop();
  }
}

async function reloadMany({ server, plugin, progress }, { reloads }) {
  for (let version = 1; version <= reloads; version += 1) {
    if (version % 10 === 1) progress(`reload ${version} of ${reloads}`);
    // at any time between two messages
    await wait(50 + Math.random() * 100);
    await plugin.save(version);
    await server.ask('reload', plugin.name);
  }
}

/** Until it is so of every client, or for as long as the limit. */
async function untilAll(clients, isSo) {
  const end = performance.now() + answerLimitMs;
  while (performance.now() < end && !clients.every(isSo)) await wait(20);
}

function summarize(clients, ticks, settings) {
  const outcomes = clients.map((client) => client.outcome(ticks));
  const total = (what) => outcomes.reduce((sum, outcome) => sum + outcome[what], 0);
  const stale = outcomes.filter(({ version }) => version !== settings.reloads).length;
  if (stale > 0) throw new Error(`${stale} clients never heard of the last version`);
  return {
    sockets: settings.sockets,
    reloads: settings.reloads,
    messages: total('messages'),
    closed: total('closed'),
    lost: total('lost'),
    doubled: total('doubled'),
    disordered: total('disordered'),
    refused: total('refused'),
  };
}
