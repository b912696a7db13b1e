// Reloads one way many times in a process of its own and tells what is left in memory. Needs `--expose-gc`.
import { programInput } from '../shared/child-process.mjs';
import { timeEdit, tryEdits } from '../ways/first-edits.mjs';
import { generationsKey, openTree } from '../ways/plugin-tree.mjs';
import { wayOf } from '../ways/ways.mjs';

const { key, tree: written, warmUps, reloads, limitMs, limitBytes } = programInput();
const generations = [];
globalThis[Symbol.for(generationsKey)] = generations;

const tree = openTree(written);
const way = await wayOf(key).open(tree);
const edits = await tryEdits(way, tree);
// what is kept on purpose and compiled by and by is there before anything counts
await reload(warmUps, { ms: limitMs / 2, bytes: limitBytes / 2 });
const before = await settledMemory();
const counted = generations.length;
const done = await reload(reloads, { ms: limitMs, bytes: limitBytes });
const after = await settledMemory();
process.send({
  reloads: done,
  bytesPerReload: (after.heapUsed - before.heapUsed) / done,
  residentBytesPerReload: (after.rss - before.rss) / done,
  // those of another thread cannot be counted from here
  generations: counted === 0 ? undefined : generations.length,
  held: counted === 0 ? undefined : generations.filter((reference) => reference.deref() !== undefined).length,
});
await way.close();

/** As many as asked for, or as fit into time and memory. */
async function reload(count, within) {
  const end = performance.now() + within.ms;
  for (let reloaded = 1; reloaded <= count; reloaded += 1) {
    await timeEdit(way, tree, edits);
    // V8 drops what it has compiled between tasks only
    await new Promise((resolve) => setImmediate(resolve));
    if (reloaded <= 20 || reloaded % 10 > 0) continue;
    if (performance.now() > end || isHeapLargerThan(within.bytes)) return reloaded;
  }
  return count;
}

function isHeapLargerThan(bytes) {
  if (process.memoryUsage().heapUsed <= bytes) return false;
  globalThis.gc();
  return process.memoryUsage().heapUsed > bytes;
}

async function settledMemory() {
  await way.settle?.();
  for (let round = 0; round < 6; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc();
    // V8 of Node 24 leaves compiled code that nothing refers to until this; that of Node 20 knows no such kind
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }
  return process.memoryUsage();
}
