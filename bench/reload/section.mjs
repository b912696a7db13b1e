import { fileURLToPath } from 'node:url';
import { runProgram } from '../shared/child-process.mjs';
import { acrossRounds } from '../shared/statistics.mjs';
import { figure, figures } from '../shared/table.mjs';
import { inTemporaryFolder } from '../shared/temporary-folder.mjs';
import { treeSizes, writePluginTree } from '../ways/plugin-tree.mjs';
import { titleOf, ways } from '../ways/ways.mjs';

const program = fileURLToPath(new URL('time-way.mjs', import.meta.url));

/** How long it takes from a saved file to the answer of the new code, for each way and size. */
export const reload = {
  name: 'reload',
  title: 'Reloading code',
  settings: ({ quick, rounds }) => ({
    rounds: rounds ?? (quick ? 1 : 3),
    warmUps: quick ? 5 : 30,
    reloads: quick ? 10 : 50,
    limitMs: quick ? 500 : 2_000,
  }),
  describe: ({ rounds, reloads, limitMs }) =>
    `${rounds} rounds of ${reloads} reloads, or as many as fit into ${limitMs / 1_000} s`,
  measure: measureWays,
  failures: (results) =>
    results.flatMap(({ key, size, seesWholeTree }) =>
      key === 'host' && !seesWholeTree ? [`the host did not see an edit deep in the plugin (${size})`] : [],
    ),
  rows: (results) => [
    ['Plugin', 'Way', 'Median, ms', 'Range, ms', 'Sees every file'],
    ...results.map(({ size, key, ms, seesWholeTree }) => [
      treeSizes[size].title,
      titleOf(key),
      figure(ms.median),
      figures(ms.range),
      seesWholeTree ? 'yes' : '**no**, only the entry',
    ]),
  ],
  introduction: `How long does it take until new code runs? One file of the plugin is saved, then the plugin is loaded anew and asked; the
time counts from the end of the save to the right answer. The file is the one farthest from the entry in a tree of
imports, where the way sees it, else the entry. All ways load the same JavaScript.`,
  remarks: `- **Catalyst Plugins** is \`host.reload(name)\` without a watcher: reading what was touched in the folder, transforming what
  changed, evaluating everything, the plugin's hooks, the entry in the audit, the swap.
- **A way that does not see every file** loads less: only the entry is read and evaluated anew, with the modules below it
  as they were. Its figures are for that.
- **jiti** keeps its cache of transformed files and goes without that of modules. **Vite** is told which file changed and
  transforms that one. The **worker** has one generation a thread. **\`node --watch\`** finds the change out by itself, waits
  for more of them, ends the process and starts another; there is nothing to call that would only restart.`,
};

async function measureWays(settings, progress) {
  const cells = ['small', 'large'].flatMap((size) => ways.map((way) => ({ size, way, rounds: [] })));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (let turn = 0; turn < cells.length; turn += 1) {
      // each round begins with another one, so that none is always the first
      const cell = cells[(turn + round * 3) % cells.length];
      progress(`round ${round + 1} of ${settings.rounds}: ${cell.size}, ${cell.way.title}`);
      cell.rounds.push(await timeWay(cell.way, cell.size, settings));
    }
  }
  return cells.map(({ size, way, rounds }) => ({
    size,
    key: way.key,
    ms: acrossRounds(rounds.map(({ medianMs }) => medianMs)),
    samples: rounds.reduce((sum, { samples }) => sum + samples, 0),
    seesWholeTree: rounds.every(({ seesWholeTree }) => seesWholeTree),
  }));
}

function timeWay({ key }, size, { warmUps, reloads, limitMs }) {
  return inTemporaryFolder(async (directory) => {
    const tree = await writePluginTree(directory, size);
    return runProgram(program, { key, tree, warmUps, reloads, limitMs });
  });
}
