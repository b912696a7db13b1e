import { caseSection } from '../shared/case-section.mjs';
import { coreTest, exampleTest, httpTest, runTables, storeTest } from './run-tables.mjs';

const tables = [
  { what: 'A store that is away changes nothing', ...coreTest('a-store-that-is-down-changes-nothing'), wanted: 11 },
  { what: 'A store that was away comes back', ...coreTest('a-store-that-was-down-comes-back'), wanted: 8 },
  {
    what: 'A database that is away at the start, dies, is slow, is cut between audit and state',
    ...storeTest('a-database-that-goes-away'),
    wanted: 5,
  },
  { what: 'The example host without its database', ...exampleTest('database-away'), wanted: 1 },
  { what: 'A full disk', ...coreTest('a-full-disk-stops-nothing'), wanted: 1 },
  { what: 'A full disk under the embedded database', ...storeTest('a-database-on-a-full-disk'), wanted: 1 },
  { what: 'Databases that fail, are slow or are cut off', ...storeTest('store-failures'), wanted: 8 },
  { what: 'Two hosts and one database', ...storeTest('two-hosts'), wanted: 5 },
  { what: 'Locks of the embedded database', ...storeTest('directory-lock'), wanted: 8 },
  { what: 'Watched files: storms, half-written ones, links in circles', ...coreTest('the-watcher-'), wanted: 35 },
  { what: 'Folders that are broken, stop nobody', ...coreTest('a-broken-plugin-stops-nobody'), wanted: 15 },
  { what: 'Copies of releases that are cut, torn or gone', ...coreTest('archives-keep-releases-whole'), wanted: 11 },
  { what: 'Plugins that kill the start', ...coreTest('a-plugin-that-kills-the-start'), wanted: 9 },
  { what: 'Safe mode', ...coreTest('safe-mode-runs-no-plugin'), wanted: 4 },
  { what: 'The end, in the time that is given for it', ...coreTest('the-end-comes-in-time'), wanted: 4 },
  { what: 'The end over HTTP', ...httpTest('the-end-comes-in-time'), wanted: 1 },
  { what: 'Signals to the example host', ...exampleTest('signals'), wanted: 4 },
];

/** What the world around the host does to it. */
export const environment = caseSection({
  name: 'environment',
  title: 'A bad environment',
  introduction: `What if the database, the disk or the orchestrator fails the host? Each row of these tables is a test of its own.`,
  settings: () => ({}),
  describe: () => 'each test once',
  measure: (_settings, progress) => runTables(tables, { progress }),
});
