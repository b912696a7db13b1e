/**
 * Loads the tree, then finds out by two edits which of them the way sees. The entry every way must see: one that does
 * not reload at all would be the fastest.
 */
export async function tryEdits(way, tree) {
  const first = await way.load();
  if (first !== 0) throw new Error(`the plugin answered ${first} before any edit`);
  const farthest = await tree.edit(tree.farthestIndex);
  const seesWholeTree = (await way.load(farthest)) === farthest.answer;
  const entry = await tree.edit(tree.entryIndex);
  const answer = await way.load(entry);
  const expected = seesWholeTree ? entry.answer : 1;
  if (answer !== expected)
    throw new Error(`the plugin answered ${answer} instead of ${expected} after an edit of its entry`);
  return { seesWholeTree, edited: seesWholeTree ? tree.farthestIndex : tree.entryIndex };
}

/** Edits once and loads; throws unless the plugin answers with the edit. Resolves to milliseconds from save to answer. */
export async function timeEdit(way, tree, { seesWholeTree, edited }) {
  const change = await tree.edit(edited);
  const expected = seesWholeTree ? change.answer : change.answer - 1;
  const start = performance.now();
  const answer = await way.load(change);
  const ms = performance.now() - start;
  if (answer !== expected) throw new Error(`the plugin answered ${answer} instead of ${expected}`);
  return ms;
}
