import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { inTemporaryFolder } from '../../bench/shared/temporary-folder.mjs';
import { openAdmin } from '../shared/admin-client.mjs';
import { launchHost } from '../shared/host-program.mjs';
import { keepBusy } from './acts.mjs';
import { checkFiles } from './check-files.mjs';
import { checkPlugin } from './check-host.mjs';
import { makeKeeper } from './keeper.mjs';

const names = ['first', 'second', 'third'];

/**
 * Kills a host at random points, a tenth of them while it starts, and starts it again each time; `database(directory)` is
 * what it keeps its data in. Resolves to how often that was, what was acknowledged, and what was found wrong.
 */
export function killOften(database, { kills, acts, execArgv }, progress) {
  return inTemporaryFolder(async (directory) => {
    const pluginsDir = path.join(directory, 'plugins');
    await mkdir(pluginsDir);
    const keepers = await Promise.all(names.map((name) => makeKeeper(pluginsDir, name)));
    const count = { asked: 0, acknowledged: 0, surprises: [] };
    const run = { kills: 0, consistent: 0, starts: [], problems: [], known: {} };
    const start = () => launchHost({ pluginsDir, database: database(directory) }, { execArgv });
    while (run.kills < kills) {
      if (run.kills % 10 === 0) progress(`kill ${run.kills + 1} of ${kills}`);
      await liveOnce({ start, pluginsDir, keepers, count, run, acts });
      if (run.kills < kills && Math.random() < 0.1) await killWhileStarting(start, run);
    }
    // what the last kill left
    await liveOnce({ start, pluginsDir, keepers, count, run, acts: 0 });
    run.problems.push(...count.surprises);
    return { ...run, asked: count.asked, acknowledged: count.acknowledged };
  });
}

/** Starts the host, looks whether it is as it should be, keeps it busy, and kills it. */
async function liveOnce({ start, pluginsDir, keepers, count, run, acts }) {
  const startedAt = performance.now();
  const host = start();
  try {
    const { port } = await host.ready;
    run.starts.push(performance.now() - startedAt);
    const admin = openAdmin(port);
    const found = await Promise.all(keepers.map((keeper) => checkPlugin(admin, keeper)));
    const problems = [...found.flat(), ...(await checkFiles(pluginsDir, keepers, run.known))];
    if (run.starts.length > 1 && problems.length === 0) run.consistent = run.kills;
    run.problems.push(...problems.map((problem) => `after kill ${run.kills}: ${problem}`));
    if (acts === 0) return;
    const busy = Promise.all(keepers.map((keeper) => keepBusy(admin, keeper, count)));
    await Promise.race([busy, untilAcknowledged(count, Math.random() * acts)]);
    await wait(Math.random() * 20);
    await host.stop();
    run.kills += 1;
    await busy;
  } finally {
    await host.stop();
  }
}

async function untilAcknowledged(count, more) {
  const end = count.acknowledged + more;
  while (count.acknowledged < end) await wait(1);
}

async function killWhileStarting(start, run) {
  const host = start();
  await wait(Math.random() * Math.min(...run.starts));
  await host.stop();
  run.kills += 1;
}
