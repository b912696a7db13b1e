import { measureCulprits } from '../faults/culprit-times.mjs';
import { caseSection, runSteps } from '../shared/case-section.mjs';
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
    what: 'Pairs and crowds of commands that meet, each in a case of its own',
    ...coreTest('commands-of-all-kinds-meet'),
    wanted: 8,
  },
  {
    what: 'Commands at random and all at once on one plugin: one at a time, told without gaps; and what is tried again',
    ...coreTest('commands-run-one-at-a-time'),
    wanted: 14,
  },
  {
    what: 'Commands at random, all at once, on plugins that need each other: none is up without what it needs',
    ...coreTest('dependencies-hold-whatever-happens'),
    wanted: 6,
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

const shownBy = '`npm run reliability -- faults`';

/** What plugins do wrong. */
export const faults = caseSection({
  name: 'faults',
  title: 'Faults survived',
  introduction: `What if a plugin does everything wrong that one can think of? Each row of these tables is a test of its own. The host has to
live, the others have to go on, and the culprit has to be named with the cause.`,
  remarks: `- **Named after**: from the request at which the plugin does it until a reader of the live events has the one that names it;
  without the time for which the event loop stands still, in which nobody can be told: 0.7 s, and for a loop the 2 s after
  which it is ended here (\`reportMs: 300\`, \`terminateMs: 2000\`).`,
  settings: ({ quick, nodes = [] }) => ({
    nodes: nodes.filter((major) => major !== process.versions.node.split('.')[0]),
    culprits: quick ? 2 : 20,
  }),
  describe: () => 'each test once',
  measure: async ({ nodes, culprits }, progress) => {
    const found = await runTables(tables, { nodes, progress });
    return [...found, ...(await runSteps([['culprits', () => measureCulprits(culprits)]], shownBy, progress))];
  },
});
