import { whole } from '../../bench/shared/table.mjs';
import { caseSection } from '../shared/case-section.mjs';
import { coreTest, httpTest, runTables, sourceTest, storeTest } from './run-tables.mjs';

const tables = [
  { what: 'Manifests', ...sourceTest('manifest/parse-manifest'), wanted: 22 },
  { what: 'Definitions of settings', ...sourceTest('manifest/plugin-configuration'), wanted: 9 },
  { what: 'Settings', ...coreTest('settings-are-kept-and-checked'), wanted: 21 },
  { what: 'Stored values', ...coreTest('storage-keeps-json'), wanted: 11 },
  {
    what: 'Filters, changes and documents, in memory and in the databases',
    ...storeTest('document-filters'),
    wanted: 4,
  },
  { what: 'Paths of plugins and of the admin API', ...httpTest('plugins-own-every-path'), wanted: 7 },
  { what: 'Requests to the admin API, and who may', ...httpTest('admin-api'), wanted: 12 },
  { what: 'Socket messages', ...httpTest('sockets'), wanted: 11 },
  {
    what: 'Manifests at random, and by hand',
    ...coreTest('manifests-of-any-kind-are-read'),
    random: { manifests: 100_000 },
    wanted: 16,
  },
  {
    what: 'Settings at random',
    ...coreTest('settings-of-any-kind-are-checked'),
    random: { settings: 10_000 },
    wanted: 1,
  },
  {
    what: 'Filters that are wrong in any place, and odd ones, by each question and change',
    ...coreTest('filters-of-any-kind-are-checked'),
    random: { 'wrong filters': 10_000, 'odd filters': 10_000 },
    wanted: 2,
  },
  {
    what: 'Filters and documents at random, which mean what the documentation says',
    ...coreTest('collections-mean-what-they-say'),
    random: { 'meaning of filters': 10_000 },
    wanted: 1,
  },
  {
    what: 'Requests at random to both APIs, probes, metrics and live events, with and without the right, and bytes that are none',
    ...httpTest('admin-requests-of-any-kind'),
    random: {
      'requests without a right': 5_000,
      'requests of an administrator': 5_000,
      'bytes instead of requests': 10_000,
    },
    wanted: 3,
  },
  {
    what: 'Socket messages and frames at random, floods, and bytes that are none',
    ...httpTest('socket-frames-of-any-kind'),
    random: { 'socket frames': 1_000, 'bytes instead of frames': 1_000 },
    wanted: 3,
  },
  {
    what: 'Histories of inserts, filters and changes at random, which memory and the databases answer alike',
    ...storeTest('stores'),
    title: /collection properties/,
    random: { collections: 300, finds: 200 },
    wanted: 2,
  },
  {
    what: 'Queries of the audit log at random, which memory and the databases answer alike',
    ...storeTest('stores'),
    title: /any query finds what it finds in memory/,
    random: { 'audit queries': 500 },
    wanted: 1,
  },
  {
    what: 'Commands and crashes at random on one plugin, with restarts, grants and broken versions in between',
    ...coreTest('commands-in-any-order'),
    random: { commands: 2_000 },
    wanted: 1,
  },
];

/** What comes in from outside and is wrong. */
export const inputs = caseSection({
  name: 'inputs',
  title: 'Bad inputs',
  introduction: `What if files, requests and messages are wrong, by mistake or on purpose? They have to be refused with a code, nothing may have
changed, and nothing may answer with an error of the server. Beside the tests that name their cases, inputs are made up at
random (fast-check), as many for each property as its row says. \`CATALYST_FUZZ_RUNS\` is a number for all properties of a
test, or one for each by name (\`manifests=100000,commands=2000\`); \`CATALYST_FUZZ_SEED\` repeats them.`,
  settings: ({ quick, runs }) => ({ runs: runs ?? (quick ? 20 : undefined) }),
  describe: ({ runs }) => (runs === undefined ? 'each test once' : `${whole(runs)} random inputs for each property`),
  measure: async ({ runs }, progress) => {
    const tried = tables.map(({ random, ...table }) => ({ ...table, random: random && numbers(random, runs) }));
    const all = tried.flatMap(({ random = {} }) => Object.entries(random));
    return runTables(tried, {
      progress,
      env: { CATALYST_FUZZ_RUNS: all.map(([name, count]) => `${name}=${count}`).join(',') },
      arguments: ['--testTimeout=3600000'],
    });
  },
});

/** How often each property is tried. */
function numbers(random, runs) {
  return Object.fromEntries(Object.entries(random).map(([name, count]) => [name, runs ?? count]));
}
