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
];

/** What comes in from outside and is wrong. */
export const inputs = caseSection({
  name: 'inputs',
  title: 'Bad inputs',
  introduction: `What if files, requests and messages are wrong, by mistake or on purpose? They have to be refused with a code, nothing may have
changed, and nothing may answer with an error of the server. Beside the tests that name their cases, inputs are made up at
random (fast-check), \`CATALYST_FUZZ_RUNS\` times for each property.`,
  settings: ({ quick, runs }) => ({ runs: runs ?? (quick ? 100 : 10_000) }),
  describe: ({ runs }) => `${runs.toLocaleString('en-US')} random inputs for each property`,
  measure: ({ runs }, progress) =>
    runTables(tables, { progress, env: { CATALYST_FUZZ_RUNS: String(runs) }, arguments: ['--testTimeout=1800000'] }),
});
