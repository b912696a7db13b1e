import { caseSection } from '../shared/case-section.mjs';
import { coreTest, exampleTest, httpTest, runTables, storeTest } from './run-tables.mjs';

const tables = [
  { what: 'A store that is away changes nothing', ...coreTest('a-store-that-is-down-changes-nothing'), wanted: 5 },
  { what: 'Databases that fail, are slow or are cut off', ...storeTest('store-failures'), wanted: 5 },
  { what: 'Two hosts and one database', ...storeTest('two-hosts'), wanted: 2 },
  { what: 'Locks of the embedded database', ...storeTest('directory-lock'), wanted: 3 },
  { what: 'Watched files: storms, half-written ones, links in circles', ...coreTest('the-watcher-'), wanted: 20 },
  { what: 'Folders that are broken, stop nobody', ...coreTest('a-broken-plugin-stops-nobody'), wanted: 5 },
  { what: 'Copies of releases that are cut, torn or gone', ...coreTest('archives-keep-releases-whole'), wanted: 5 },
  { what: 'Plugins that kill the start', ...coreTest('a-plugin-that-kills-the-start'), wanted: 3 },
  { what: 'Safe mode', ...coreTest('safe-mode-runs-no-plugin'), wanted: 2 },
  { what: 'The end, in the time that is given for it', ...coreTest('the-end-comes-in-time'), wanted: 3 },
  { what: 'The end over HTTP', ...httpTest('the-end-comes-in-time'), wanted: 1 },
  { what: 'Signals to the example host', ...exampleTest('signals'), wanted: 2 },
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
