import { caseSection } from '../shared/case-section.mjs';
import { coreTest, httpTest, runTables } from './run-tables.mjs';

const tables = [
  {
    what: 'Hook faults: 6 hooks × 12 ways to fail, with the cause named',
    ...coreTest('hook-faults-have-an-owner'),
    title: /^a hook fault '(?:on\w+|health)' /,
    wanted: 72,
  },
  {
    what: 'Kinds of errors that nobody catches, each with the right plugin named',
    ...coreTest('every-fault-has-an-owner'),
    title: /the plugin is named with the cause/,
    wanted: 40,
  },
  {
    what: 'What a crash does: one generation fails, whenever and however it comes',
    ...coreTest('a-crash-fails-one-generation'),
    wanted: 18,
  },
  {
    what: 'What follows crashes: back-off, quarantine, commands meanwhile',
    ...coreTest('crashes-'),
    wanted: 24,
  },
  {
    what: 'Kinds of leaks that are closed and named, with only the own code followed and with everything',
    ...coreTest('resources-are-closed-for-plugins'),
    title: /is closed and named/,
    wanted: 49,
  },
  {
    what: 'Generations that leave the memory, or are named with what holds them',
    ...coreTest('retired-generations-are-watched'),
    wanted: 11,
  },
  {
    what: 'Reloads that fail at any point and change nothing',
    ...coreTest('a-failing-reload-changes-nothing'),
    wanted: 30,
  },
  {
    what: 'Faults while data is migrated, nothing half',
    ...coreTest('migrated-data-survives-faults'),
    wanted: 16,
  },
  {
    what: 'Commands of all kinds at once, on one plugin and on all',
    ...coreTest('commands-of-all-kinds-meet'),
    wanted: 8,
  },
  {
    what: 'Kinds of endless loops and blocking waits that are ended, the plugin named',
    ...httpTest('stalls-have-a-culprit'),
    title: /is ended, the plugin named/,
    wanted: 6,
  },
  {
    what: 'Stalls that are only told, and what cannot be ended',
    ...httpTest('stalls-have-a-culprit'),
    title: /^(?!.*is ended, the plugin named)/,
    wanted: 3,
  },
  {
    what: 'Hostile acts of a package that a plugin brings, which harm nobody else',
    ...httpTest('hostile-acts-harm-nobody'),
    wanted: 76,
  },
  { what: 'Crashes over HTTP: answers of the plugin and of the others', ...httpTest('crashes'), wanted: 2 },
];

/** What plugins do wrong. */
export const faults = caseSection({
  name: 'faults',
  title: 'Faults survived',
  introduction: `What if a plugin does everything wrong that one can think of? Each row of these tables is a test of its own. The host has to
live, the others have to go on, and the culprit has to be named with the cause.`,
  settings: ({ nodes }) => ({ nodes: nodes ?? [] }),
  describe: ({ nodes }) =>
    nodes.length === 0 ? 'on this version of Node' : `on this version of Node and on ${nodes.join(', ')}`,
  measure: ({ nodes }, progress) => runTables(tables, { nodes, progress }),
});
