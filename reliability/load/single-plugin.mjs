import { setTimeout as wait } from 'node:timers/promises';
import { whole } from '../../bench/shared/table.mjs';
import { taskEvent, taskRuns } from '../shared/task-runs.mjs';
import { openAdmin } from '../shared/admin-client.mjs';
import { askOften } from './ask-often.mjs';
import { bodies, writePlugin } from './plugins.mjs';
import { withHost } from './with-host.mjs';

/** A request that takes longer than draining may take: it alone is cut. */
export function longRequest({ drainMs }) {
  const write = (pluginsDir) => writePlugin(pluginsDir, 'hanging', bodies.hanging);
  return withHost({ write, drainMs }, async (host, { save }) => {
    const { port } = host.ready;
    await host.ask('hear', 'cut');
    await host.ask('hear', 'plugin:drain-cut');
    const load = await askOften(port, ['/api/plugins/hanging/version']);
    const endless = fetch(`http://127.0.0.1:${port}/api/plugins/hanging/endless`);
    await wait(100);
    const startedAt = performance.now();
    await save(1);
    await host.ask('reload', 'hanging');
    const { status, headers } = await endless;
    const afterMs = performance.now() - startedAt;
    const { requests, wrong, problems } = await load.stop();
    const [signals, cuts] = [await host.ask('heard', 'cut'), await host.ask('heard', 'plugin:drain-cut')];
    const cut = cuts.reduce((sum, entry) => sum + entry.cut, 0);
    return {
      what: `A request longer than the drain limit of ${drainMs} ms, and all others`,
      figure: `${status} after ${whole(afterMs)} ms, ${cut} cut, ${wrong} of ${whole(requests)} others failed`,
      bound: '503, 1 cut, 0',
      held:
        status === 503 &&
        headers.has('retry-after') &&
        signals.length === 1 &&
        cut === 1 &&
        wrong === 0 &&
        requests > 0,
      problems: [...problems, `Retry-After: ${headers.get('retry-after')}`, `${signals.length} signals aborted`],
    };
  });
}

/** A plugin that is disabled under load: what had begun ends, what comes later is refused. */
export function disableUnderLoad({ times }) {
  const write = (pluginsDir) => writePlugin(pluginsDir, 'switched', bodies.version);
  return withHost({ write }, async (host) => {
    const seen = { late: 0, early: 0, cut: 0, requests: 0 };
    const { port } = host.ready;
    const admin = openAdmin(port);
    for (let time = 0; time < times; time += 1) {
      let phase = 'on';
      const load = await askOften(port, ['/api/plugins/switched/version'], {
        isRight: (status) => (phase === 'on' ? status === 200 : status === 200 || status === 503),
      });
      const begun = Array.from({ length: 8 }, () => fetch(`http://127.0.0.1:${port}/api/plugins/switched/slow`));
      await wait(50);
      phase = 'turning';
      await admin.ask('POST', '/switched/enable', { body: { enabled: false } });
      const after = await admin.ask('GET', '/switched/version');
      if (after.status !== 503) seen.late += 1;
      const { requests, wrong } = await load.stop();
      seen.requests += requests;
      seen.early += wrong;
      const statuses = (await Promise.all(begun)).map(({ status }) => status);
      seen.cut += statuses.filter((status) => status !== 200).length;
      await admin.ask('POST', '/switched/enable', { body: { enabled: true } });
    }
    return {
      what: `A plugin disabled ${times} times under load`,
      figure: `${seen.cut} of ${times * 8} requests in flight cut, ${seen.late} answered after the disable, ${seen.early} of ${whole(seen.requests)} refused before`,
      bound: '0, 0, 0',
      held: seen.cut + seen.late + seen.early === 0,
    };
  });
}

/** A task that is due each second while its plugin is reloaded. */
export function taskAcrossReloads({ seconds }) {
  const write = (pluginsDir) => writePlugin(pluginsDir, 'clock', bodies.clock);
  return withHost({ write }, async (host, { save }) => {
    await host.ask('hear', taskEvent);
    const end = performance.now() + seconds * 1_000;
    let version = 0;
    while (performance.now() < end) {
      // at any moment of a second
      await wait(Math.random() * 400);
      version += 1;
      await save(version);
      await host.ask('reload', 'clock');
    }
    const { times, doubled } = taskRuns(await host.ask('heard', taskEvent), 'clock');
    const distances = times.slice(1).map((at, index) => at - times[index]);
    const skipped = distances.filter((ms) => ms > 1_500).length;
    return {
      what: `Runs of a task that is due each second, across ${version} reloads`,
      figure: `${times.length} runs in ${seconds} s, ${doubled} doubled, ${skipped} skipped`,
      bound: '0 doubled, 0 skipped',
      held: doubled === 0 && skipped === 0 && Math.abs(times.length - seconds) <= 1,
      problems: [distances.join(' ')],
    };
  });
}
