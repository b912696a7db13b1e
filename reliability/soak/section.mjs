import { percentile } from '../../bench/shared/statistics.mjs';
import { figure, megabytes, whole } from '../../bench/shared/table.mjs';
import { caseSection } from '../shared/case-section.mjs';
import { runSoak } from './run-soak.mjs';
import { afterWarmUp, growthPerHour, thirds } from './trends.mjs';

const shownBy = '`npm run reliability -- soak`';

/** A long run with everything in it. */
export const soak = caseSection({
  name: 'soak',
  title: 'A long run',
  introduction: `What is different after a long time? A real host with an embedded database and hot reload on is asked at a steady pace, over
HTTP and sockets, while a script that is the same for the same \`--seed\` does things to its plugins: it saves good and broken
versions, disables and enables, configures, lets a timer throw until the plugin is in quarantine, revokes and grants, and
reads every \`GET\` of the admin API and the operations API, for each plugin, the metrics and the probes. One reader of the
live events stays, another comes and goes. Each answer, and each error in the log of the host, is compared with a log of what
was being done: one that is neither right nor explained by it counts as unexpected, and so does an act without its effect.
Every ten seconds garbage is collected and the process is measured. The first fifth of the time is warm-up, and before it a
plugin is reloaded 300 times and the event loop is blocked once, so that what is kept of the latest events and operations,
and of the lines of all scripts, is there.`,
  remarks: `- **Heap**: the growth is the median of the slopes between all pairs of samples, which no single sample can bend. Samples of
  metrics are kept for 15 minutes, and live events, groups of errors, lines and runs of tasks up to a number of each, so a run
  of less than half an hour is allowed 3.3 MB in ten minutes while they fill, one of less than ten minutes 10 MB in all; a longer
  one 1 MB.
- **Machine code** that V8 makes of functions which are often called is counted apart: for the first half an hour it grows with
  each that is called often enough, the later the busier the machine is.
- **Resident memory** is not the heap alone: V8 and the embedded database keep pages for a while, and how many they keep
  differs from run to run.
- A socket or a connection more or less comes and goes with the requests; a leak would show in the later third.`,
  settings: ({ quick, minutes, seed }) => ({
    ms: quick ? 20_000 : (minutes ?? 10) * 60_000,
    seed: seed ?? 1,
    warmUpReloads: quick ? 5 : 300,
    perSecond: 120,
    sockets: 20,
    everyMs: 1_000,
    sampleEverySeconds: quick ? 2 : 10,
    heapBytesPerHour: quick ? Infinity : heapBound(minutes ?? 10),
    execArgv: [],
  }),
  describe: ({ ms, seed, perSecond, sockets }) =>
    `${figure(ms / 60_000)} minutes at ${perSecond} requests a second and ${sockets} sockets, seed ${seed}`,
  measure: async (settings, progress) => casesOf(await runSoak(settings, progress), settings),
});

/** What the resident memory may grow by. */
const residentBytes = 64_000_000;

/** What machine code may grow by. */
const compiledBytes = 8_000_000;

/** What the heap may grow by in an hour: what is kept on purpose takes half an hour to fill, the most of it at first. */
function heapBound(minutes) {
  if (minutes < 10) return (10_000_000 / minutes) * 60;
  return minutes < 30 ? 20_000_000 : 6_000_000;
}

function casesOf(seen, settings) {
  return [...requestCases(seen), ...errorCases(seen), ...messageCases(seen), ...processCases(seen, settings)].map(
    (one) => ({
      shownBy,
      ...one,
    }),
  );
}

function requestCases({ requests, explained, unexpected, failedActs, problems, acts, latencies }) {
  const { 'of them broken': broken = 0, 'address read': read = 0, ...done } = acts;
  const total = Object.values(done).reduce((sum, count) => sum + count, 0);
  return [
    {
      what: 'Unexpected answers and lost connections',
      figure: `${unexpected} of ${whole(requests)} requests`,
      bound: '0',
      held: unexpected === 0 && requests > 0,
      problems,
    },
    {
      what: 'Refusals that the script explains',
      figure: whole(explained),
      bound: 'any',
      held: true,
    },
    {
      what: 'Acts without their effect',
      figure: `${failedActs} of ${whole(total)}`,
      note: `Acts: ${Object.entries(done)
        .map(([name, count]) => `${whole(count)} × ${name}`)
        .join(', ')}. ${whole(broken)} of the versions were broken, ${whole(read)} answers read.`,
      bound: '0',
      held: failedActs === 0 && total > 0,
      problems,
    },
    {
      what: 'Time of an answer, median and p99',
      figure: `${figure(percentile(latencies, 0.5))} ms, ${figure(percentile(latencies, 0.99))} ms`,
      bound: 'any',
      held: true,
    },
  ];
}

function errorCases({ errors, host, events, seconds }) {
  const { metricRows, audit } = host;
  const { staying, coming } = events;
  return [
    {
      what: 'Errors in the log of the host that the script does not explain',
      figure: `${whole(errors.unexplained.length)} of ${whole(errors.count)}`,
      bound: '0',
      held: errors.unexplained.length === 0,
      problems: errors.unexplained,
    },
    {
      what: 'Times that the event loop stood still for half a second, which the host told',
      figure: whole(errors.stalls),
      bound: 'any',
      held: true,
    },
    {
      what: 'Audit entries and rows of metrics that were dropped',
      figure: `${whole(audit.dropped)}, ${whole(metricRows.dropped)} of ${whole(metricRows.written)}`,
      bound: '0, 0',
      held: audit.dropped === 0 && metricRows.dropped === 0 && !audit.failing,
      problems: [JSON.stringify({ metricRows, audit })],
    },
    {
      what: `Live events missed, doubled, by a reader that stays, and by one that came ${whole(coming.connections)} times`,
      figure: `${staying.missed}, ${staying.doubled} of ${whole(staying.heard)}; ${coming.missed}, ${coming.doubled} of ${whole(coming.heard)}`,
      bound: '0, 0; 0, 0',
      held:
        [staying, coming].every(({ missed, doubled, heard }) => missed + doubled === 0 && heard > 0) &&
        coming.connections > seconds / 30,
    },
  ];
}

function messageCases({ messages, ticks }) {
  const wrong = messages.closed + messages.lost + messages.doubled + messages.disordered + messages.refused;
  return [
    {
      what: 'Socket messages lost, doubled, out of order; sockets closed',
      figure: `${wrong} of ${whole(messages.messages)}`,
      bound: '0',
      held: wrong === 0 && messages.messages > 0,
      problems: [JSON.stringify(messages)],
    },
    {
      what: 'Runs of a task that is due each second, and doubled ones',
      figure: `${whole(ticks.ran)} in ${whole(ticks.seconds)} s, ${ticks.doubled} doubled`,
      bound: 'all but 5 %, 0 doubled',
      held: ticks.doubled === 0 && ticks.ran >= ticks.seconds * 0.95 - 2 && ticks.ran <= ticks.seconds + 2,
      problems: [`longest gap ${Math.round(ticks.longestGapMs)} ms`],
    },
  ];
}

function inMegabytes(bytes) {
  return `${megabytes(bytes)} MB`;
}

function processCases({ samples, seconds, driverCpuMs, logBytes, states }, { heapBytesPerHour }) {
  const settled = afterWarmUp(samples);
  const growth = growthPerHour(settled, 'data');
  const [first, last] = [settled[0], settled.at(-1)];
  const share = (last.cpuMs - first.cpuMs) / 1_000 / (last.at - first.at);
  const flat = (what, member, bound, words = whole) => {
    const [early, late] = thirds(settled, member);
    return {
      what: `${what}, median of the first and the last third`,
      figure: `${words(early)}, ${words(late)}`,
      bound: `${words(bound)} more`,
      held: late - early <= bound,
      problems: [samples.map((sample) => words(sample[member])).join(' ')],
    };
  };
  return [
    {
      what: 'Growth of the heap after garbage collection, without machine code',
      figure: `${megabytes(growth)} MB an hour, at ${megabytes(last.data)} MB`,
      bound: heapBytesPerHour === Infinity ? 'any' : `${megabytes(heapBytesPerHour)} MB an hour`,
      held: growth <= heapBytesPerHour,
      problems: [samples.map(({ data }) => megabytes(data)).join(' ')],
    },
    flat('Machine code of V8', 'compiled', compiledBytes, inMegabytes),
    flat('Resident memory', 'rss', residentBytes, inMegabytes),
    flat('Open file descriptors', 'descriptors', 2),
    flat('Listeners on the bus', 'listeners', 2),
    flat('Listeners on the process', 'processListeners', 0),
    flat('Timers', 'timers', 4),
    flat('Generations in memory', 'generations', 2),
    {
      what: 'Plugins that are active at the end',
      figure: `${states.filter(({ state }) => state === 'active').length} of ${states.length}`,
      bound: 'all',
      held: states.every(({ state }) => state === 'active'),
      problems: [JSON.stringify(states)],
    },
    {
      what: 'Cores that the host and the load took',
      figure: `${figure(share)} and ${figure(driverCpuMs / 1_000 / seconds)}`,
      bound: '0.7 together',
      held: share + driverCpuMs / 1_000 / seconds <= 0.7,
    },
    { what: 'Log of the host', figure: `${megabytes(logBytes)} MB`, bound: 'any', held: true },
  ];
}
