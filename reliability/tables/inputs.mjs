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
  { what: 'Manifests at random, and by hand', ...coreTest('manifests-of-any-kind-are-read'), wanted: 16 },
  { what: 'Settings at random', ...coreTest('settings-of-any-kind-are-checked'), wanted: 1 },
  {
    what: 'Requests to the admin API at random, with and without the right, and bytes that are none',
    ...httpTest('admin-requests-of-any-kind'),
    wanted: 3,
  },
  {
    what: 'Socket messages and frames at random, floods, and bytes that are none',
    ...httpTest('socket-frames-of-any-kind'),
    wanted: 3,
  },
];

/** Many steps each: a fifth as many are tried. */
const histories = [
  {
    what: 'Histories of inserts, filters and changes at random, which memory and the databases answer alike',
    ...storeTest('stores'),
    title: /collection properties/,
    wanted: 4,
  },
  {
    what: 'Commands at random on one plugin, with restarts and broken versions in between',
    ...coreTest('commands-in-any-order'),
    wanted: 1,
  },
];

/** What comes in from outside and is wrong. */
export const inputs = caseSection({
  name: 'inputs',
  title: 'Bad inputs',
  introduction: `What if files, requests and messages are wrong, by mistake or on purpose? They have to be refused with a code, nothing may have
changed, and nothing may answer with an error of the server. Beside the tests that name their cases, inputs are made up at
random (fast-check); \`CATALYST_FUZZ_RUNS\` says how many for each property, and \`CATALYST_FUZZ_SEED\` repeats them.`,
  settings: ({ quick, runs }) => ({ runs: runs ?? (quick ? 100 : 10_000) }),
  describe: ({ runs }) => `${whole(runs)} random inputs for each property, ${whole(shareOf(runs))} histories`,
  measure: async ({ runs }, progress) => {
    const tried = (count) => ({
      progress,
      env: { CATALYST_FUZZ_RUNS: String(count) },
      arguments: ['--testTimeout=3600000'],
    });
    return [...(await runTables(tables, tried(runs))), ...(await runTables(histories, tried(shareOf(runs))))];
  },
});

function shareOf(runs) {
  return Math.ceil(runs / 5);
}
