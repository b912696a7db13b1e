// Times the reloads of one way in a process of its own.
import { programInput } from '../shared/child-process.mjs';
import { median } from '../shared/statistics.mjs';
import { timeEdit, tryEdits } from '../ways/first-edits.mjs';
import { openTree } from '../ways/plugin-tree.mjs';
import { wayOf } from '../ways/ways.mjs';

const { key, tree: written, warmUps, reloads, limitMs } = programInput();
const tree = openTree(written);
const way = await wayOf(key).open(tree);
const edits = await tryEdits(way, tree);
await run(warmUps, limitMs / 2);
const samples = await run(reloads, limitMs);
await way.close();
process.send({ medianMs: median(samples), samples: samples.length, seesWholeTree: edits.seesWholeTree });

/** As many as asked for, or as fit into the time, three at least. */
async function run(count, withinMs) {
  const end = performance.now() + withinMs;
  const times = [];
  while (times.length < count && (times.length < 3 || performance.now() < end)) {
    times.push(await timeEdit(way, tree, edits));
    // what a way leaves to do until later is not part of the next reload
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return times;
}
