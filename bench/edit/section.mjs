import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startProgram } from '../shared/child-process.mjs';
import { openConnection, requestText } from '../shared/keep-alive-connection.mjs';
import { median, percentile, range } from '../shared/statistics.mjs';
import { figure, figures } from '../shared/table.mjs';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { url, writeEditedPlugin } from './plugin-files.mjs';

const program = fileURLToPath(new URL('serve.mjs', import.meta.url));
const answerLimitMs = 5_000;

/** How long an author waits from saving a file until the server answers with it. */
export const edit = {
  name: 'edit',
  title: 'From edit to answer',
  settings: ({ quick, rounds }) => ({ rounds: rounds ?? 1, warmUps: quick ? 2 : 5, edits: quick ? 10 : 50 }),
  describe: ({ rounds, edits }) => `${rounds === 1 ? '' : `${rounds} times `}${edits} edits`,
  measure: (settings, progress) => inTemporaryFolder((directory) => measureEdits(directory, settings, progress)),
  failures: ({ unseen, failed }) => [
    ...(unseen > 0 ? [`${unseen} edits were not served within ${answerLimitMs} ms`] : []),
    ...(failed > 0 ? [`${failed} requests failed while files were edited`] : []),
  ],
  rows: ({ ms, requests, failed }) => [
    ['Edits', 'Median, ms', 'p95, ms', 'Range, ms', 'Requests meanwhile', 'Failed'],
    [
      String(ms.length),
      figure(median(ms)),
      figure(percentile(ms, 0.95)),
      figures(range(ms)),
      figure(requests),
      String(failed),
    ],
  ],
  introduction: `How long does an author wait? A file of a plugin is saved in a folder that a Fastify server watches (\`watch: true\`), while
a client asks one of the plugin's routes over a keep-alive connection, again and again. The time counts from before the
save to the first answer that has the change.`,
};

async function measureEdits(pluginsDir, { rounds, warmUps, edits }, progress) {
  const plugin = await writeEditedPlugin(pluginsDir);
  const server = await startProgram(program, { pluginsDir });
  try {
    const connection = await openConnection(server.ready.port);
    const seen = { ms: [], requests: 0, failed: 0, unseen: 0 };
    const total = warmUps + edits * rounds;
    for (let edition = 1; edition <= total; edition += 1) {
      if (edition % 10 === 1) progress(`edit ${edition} of ${total}`);
      // people do not save at the rhythm of a watcher
      await wait(150 + Math.random() * 100);
      const ms = await untilServed(connection, plugin, edition, seen);
      if (ms === undefined) seen.unseen += 1;
      else if (edition > warmUps) seen.ms.push(ms);
    }
    connection.close();
    return seen;
  } finally {
    await server.stop();
  }
}

async function untilServed(connection, plugin, edition, seen) {
  const text = requestText('GET', url);
  const start = performance.now();
  await plugin.save(edition);
  while (performance.now() - start < answerLimitMs) {
    const { status, body } = await connection.request(text);
    seen.requests += 1;
    if (status !== 200) seen.failed += 1;
    else if (JSON.parse(body).edition === edition) return performance.now() - start;
  }
  return undefined;
}
