import { heap } from '../../bench/heap/section.mjs';
import { figure, whole } from '../../bench/shared/table.mjs';
import { sockets } from '../../bench/sockets/section.mjs';
import { requestKinds } from '../../bench/traffic/load.mjs';
import { traffic } from '../../bench/traffic/section.mjs';
import { caseSection, runSteps } from '../shared/case-section.mjs';
import { manyPlugins } from './many-plugins.mjs';
import { disableUnderLoad, longRequest, taskAcrossReloads } from './single-plugin.mjs';
import { streamsAcrossReloads } from './streams.mjs';

/** What a tail may be longer while there are reloads, in milliseconds. */
const tailMs = 10;

const fullSettings = () => ({
  traffic: { ...traffic.settings({ quick: false }), rounds: 6 },
  leastRequests: 100_000,
  sockets: { rounds: 1, sockets: 1_000, reloads: 100, pingMs: 1_000, tickMs: 500 },
  many: { plugins: 50, reloadsEach: 20 },
  long: { drainMs: 1_000 },
  streams: { megabytes: 50, reloads: 20 },
  task: { seconds: 60 },
  disable: { times: 30 },
  heap: { ...heap.settings({ quick: false }), reloads: 2_000, limitMs: 240_000, only: ['host'] },
  heapKilobytes: 1,
});

const quickSettings = () => ({
  traffic: { ...traffic.settings({ quick: true }), rounds: 1, reloads: 20 },
  leastRequests: 100,
  sockets: { rounds: 1, sockets: 50, reloads: 10, pingMs: 1_000, tickMs: 500 },
  many: { plugins: 5, reloadsEach: 3 },
  long: { drainMs: 1_000 },
  streams: { megabytes: 10, reloads: 3 },
  task: { seconds: 5 },
  disable: { times: 3 },
  heap: { ...heap.settings({ quick: true }), only: ['host'] },
  // few reloads say nothing of what one leaves
  heapKilobytes: Infinity,
});

/** Requests, sockets, streams and tasks while plugins change. */
export const load = caseSection({
  name: 'load',
  title: 'Load held during changes',
  introduction: `What do clients notice while plugins are reloaded and disabled? The first lines and those of sockets are the measurements of
the [benchmarks](benchmarks.md#requests-during-reloads) at the sizes given here.`,
  remarks: `- The times of answers are taken on a server that is kept as busy as it can be, on a machine that also runs the clients.
- Heap is counted without the entries of the audit log, half a kilobyte a reload: they go to a database.`,
  settings: ({ quick }) => (quick ? quickSettings() : fullSettings()),
  describe: ({ traffic: { rounds, reloads }, sockets: { sockets: count } }) =>
    `${whole(rounds * reloads)} reloads under load, ${whole(count)} sockets`,
  async measure(settings, progress) {
    const steps = [
      ['requests', () => requestCases(settings, progress)],
      ['many plugins', async () => [await manyPlugins(settings.many)]],
      ['a long request', async () => [await longRequest(settings.long)]],
      ['streams', async () => [await streamsAcrossReloads(settings.streams)]],
      ['sockets', () => socketCases(settings, progress)],
      ['a task', async () => [await taskAcrossReloads(settings.task)]],
      ['disable', async () => [await disableUnderLoad(settings.disable)]],
      ['memory', () => heapCases(settings, progress)],
    ];
    return runSteps(steps, '`npm run reliability -- load`', progress);
  },
});

async function requestCases({ traffic: settings, leastRequests }, progress) {
  const results = await traffic.measure(settings, progress);
  const { requests, failed, failures, surprises, reloads, broken, kinds } = results;
  return [
    {
      what: `Requests that failed during ${whole(reloads)} reloads, ${whole(broken)} of them of broken versions`,
      figure: `${failed} of ${whole(requests)}`,
      bound: `0 of ${whole(leastRequests)} at least`,
      held: failed === 0 && surprises.length === 0 && requests >= leastRequests,
      problems: [...failures, ...surprises],
    },
    ...kinds.map(({ key, steady, during }) => ({
      what: `p99 of ${requestKinds.find((kind) => kind.key === key).title} without reloads, and with them`,
      figure: `${figure(steady.p99)} ms, ${figure(during.p99)} ms`,
      bound: `${tailMs} ms more`,
      held: during.p99 <= steady.p99 + tailMs,
    })),
  ];
}

async function socketCases({ sockets: settings }, progress) {
  const results = await sockets.measure(settings, progress);
  const [{ sockets: count, reloads, messages, closed, lost, doubled, disordered }] = results;
  return [
    {
      what: `${whole(count)} sockets across ${whole(reloads)} reloads: closed; messages lost, doubled, out of order`,
      figure: `${closed}; ${lost}, ${doubled}, ${disordered} of ${whole(messages)}`,
      bound: '0; 0, 0, 0',
      held: sockets.failures(results).length === 0,
      problems: sockets.failures(results),
    },
  ];
}

async function heapCases({ heap: settings, heapKilobytes }, progress) {
  const results = await heap.measure(settings, progress);
  const [{ reloads, kilobytes, held }] = results;
  return [
    {
      what: `Heap that a reload of a plugin of 200 kB leaves, after ${whole(reloads)} reloads`,
      figure: `${figure(kilobytes.median)} kB, ${held} generation in memory`,
      bound: `${heapKilobytes === Infinity ? 'any' : `${heapKilobytes} kB`}, 1 generation`,
      held: kilobytes.median <= heapKilobytes && heap.failures(results).length === 0,
      problems: heap.failures(results),
    },
  ];
}
