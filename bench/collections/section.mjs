import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { acrossRounds } from '../shared/statistics.mjs';
import { figure, figures } from '../shared/table.mjs';
import { operations } from './operations.mjs';

const program = fileURLToPath(new URL('measure.mjs', import.meta.url));
const withPostgres = fileURLToPath(new URL('../../scripts/with-postgres.mjs', import.meta.url));
const databases = [
  { kind: 'postgres', title: 'PostgreSQL' },
  { kind: 'embedded', title: 'embedded' },
];

/** What plugins pay for finding and changing documents, beside a list under one key. */
export const collections = {
  name: 'collections',
  title: 'Collections',
  settings: ({ quick, rounds }) => ({
    rounds: rounds ?? (quick ? 1 : 3),
    documents: quick ? 2_000 : 100_000,
    repeats: quick ? 3 : 200,
    limitMs: quick ? 200 : 2_000,
  }),
  describe: ({ rounds, documents }) =>
    `${documents.toLocaleString('en-US')} documents; medians, ${rounds === 1 ? '1 round' : `of ${rounds} rounds`}`,
  measure: measureDatabases,
  failures: (results) =>
    results.flatMap(({ kind, documents, times }) =>
      times.length === 0
        ? [`${titleOf(kind)} was not measured, ${documents} documents: it is not on this machine`]
        : [],
    ),
  rows: (results) => [
    ['Database', 'Operation', 'Collection, ms', 'Range, ms', 'List under one key, ms', 'Times as long'],
    ...results.flatMap(({ kind, documents, times }) =>
      times.map(({ title, collection, array }) => [
        titleOf(kind),
        title.replace('all', documents.toLocaleString('en-US')),
        figure(collection.median),
        figures(collection.range),
        figure(array?.median),
        array === undefined ? '–' : figure(array.median / collection.median),
      ]),
    ),
  ],
  introduction: `What does it cost to keep many documents? Tickets of seven members lie in a collection with two declared indexes,
\`created\` and \`number\`; and, as plugins without collections keep them, as one list under one key of \`setStorage\`, which
is read to find one and written to change one.`,
  remarks: `- The server of PostgreSQL runs on the same machine and does not wait for its disk; the embedded database does.
- What is equal is found without a declaration. Ranges and orders need one: the last line of searching shows one without.
- 100,000 tickets in one list are 20 MB, twenty times what \`setStorage\` takes unless the host allows more. Here they go
  past that limit.`,
};

async function measureDatabases(settings, progress) {
  const measured = databases.map(({ kind }) => ({ kind, rounds: [] }));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const { kind, rounds } of measured) {
      progress(`round ${round + 1} of ${settings.rounds}: ${titleOf(kind)}`);
      const result = await measureOnce(kind, settings);
      if (result !== undefined) rounds.push(result);
    }
  }
  return measured.map(({ kind, rounds }) => ({
    kind,
    documents: settings.documents,
    times: rounds.length === 0 ? [] : summarize(rounds),
  }));
}

async function measureOnce(kind, settings) {
  const measure = [process.execPath, program, JSON.stringify({ kind, ...settings })];
  const args = kind === 'postgres' ? [withPostgres, '--', ...measure] : measure.slice(1);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)).result;
}

function summarize(rounds) {
  const timed = [{ key: 'bulk', title: 'insert all at once' }, ...operations];
  return timed.map(({ key, title }) => {
    const times = rounds.map((round) => round[key]);
    return {
      key,
      title,
      collection: acrossRounds(times.map(({ collection }) => collection)),
      array: times[0].array === undefined ? undefined : acrossRounds(times.map(({ array }) => array)),
    };
  });
}

function titleOf(kind) {
  return databases.find((database) => database.kind === kind).title;
}
