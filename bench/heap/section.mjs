import { fileURLToPath } from 'node:url';
import { runProgram } from '../shared/child-process.mjs';
import { acrossRounds, median } from '../shared/statistics.mjs';
import { figure, figures } from '../shared/table.mjs';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { writePluginTree } from '../ways/plugin-tree.mjs';
import { titleOf, ways } from '../ways/ways.mjs';

const program = fileURLToPath(new URL('grow-way.mjs', import.meta.url));
/** A process that restarts keeps nothing. */
const compared = ways.filter(({ key }) => key !== 'restart');

/** What a reload leaves in memory, for each way. */
export const heap = {
  name: 'heap',
  title: 'Memory after reloads',
  settings: ({ quick, rounds }) => ({
    rounds: rounds ?? 1,
    warmUps: quick ? 20 : 1_000,
    reloads: quick ? 100 : 1_000,
    limitMs: quick ? 4_000 : 20_000,
    limitBytes: 300_000_000,
  }),
  describe: ({ rounds, reloads, limitMs, limitBytes }) =>
    `${rounds === 1 ? '1 round' : `${rounds} rounds`} of ${reloads} reloads, or as many as fit into ${limitMs / 1_000} s and ${limitBytes / 1_000_000} MB`,
  measure: measureWays,
  failures: (results) =>
    results.flatMap(({ key, held }) =>
      key === 'host' && held !== 1 ? [`${held} generations are held by the host, instead of the one that runs`] : [],
    ),
  rows: (results) => [
    ['Way', 'Reloads', 'Heap a reload, kB', 'Range, kB', 'Resident a reload, kB', 'Generations still held'],
    ...results.map(({ key, reloads, kilobytes, residentKilobytes, held, generations }) => [
      titleOf(key),
      figure(reloads).replace(/\.0+$/, ''),
      figure(kilobytes.median),
      figures(kilobytes.range),
      figure(residentKilobytes),
      held === undefined ? '–' : `${held} of ${generations}`,
    ]),
  ],
  introduction: `What does a reload leave behind? A plugin of 200 kB in 40 files is reloaded with one file changed each time; then
garbage is collected and the growth of the heap is divided by the number of reloads. The plugin hands out a weak reference
to every generation of itself: those that still lead somewhere were not collected.`,
  remarks: `- The audit entries of the host, half a kilobyte a reload, are not counted: they go to a database, and a log in
  memory keeps the last 10,000.
- One generation is always held: the one that runs.
- Node never lets go of a module that it imported itself, which is what all ways with a growing heap rest on.
  \`import(entry?v=N)\` loads only the entry anew, 5 of the 200 kB.
- A **worker** has a heap of its own that goes with it; resident memory is that of the whole process.`,
};

async function measureWays({ only, ...settings }, progress) {
  const measured = compared.filter(({ key }) => only?.includes(key) ?? true).map((way) => ({ way, rounds: [] }));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (let turn = 0; turn < measured.length; turn += 1) {
      const { way, rounds } = measured[(turn + round) % measured.length];
      progress(`round ${round + 1} of ${settings.rounds}: ${way.title}`);
      rounds.push(await growWay(way, settings));
    }
  }
  return measured.map(({ way, rounds }) => summarize(way.key, rounds));
}

function growWay({ key }, { warmUps, reloads, limitMs, limitBytes }) {
  return inTemporaryFolder(async (directory) => {
    const tree = await writePluginTree(directory, 'medium');
    const options = { execArgv: ['--expose-gc'], limitMs: limitMs * 3 + 30_000 };
    return runProgram(program, { key, tree, warmUps, reloads, limitMs, limitBytes }, options);
  });
}

function summarize(key, rounds) {
  const worst = rounds.reduce((most, round) => (round.held > most.held ? round : most));
  return {
    key,
    reloads: median(rounds.map(({ reloads }) => reloads)),
    kilobytes: acrossRounds(rounds.map(({ bytesPerReload }) => bytesPerReload / 1_000)),
    residentKilobytes: median(rounds.map(({ residentBytesPerReload }) => residentBytesPerReload / 1_000)),
    held: worst.held,
    generations: worst.generations,
  };
}
