import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../capabilities/collections/collection-types.ts';
import { hasCode, isPluginError } from '../../errors/plugin-error.ts';
import { createMemoryStores } from '../../stores/memory/memory-stores.ts';
import { someChange, someDocument, someFilter, someFindOptions, someUniqueChange } from './arbitrary-collections.ts';
import { openCollection } from './opened-collection.ts';
import { newPlugin, type OpenedStores, type OpenStores, uniquePluginName } from './opened-stores.ts';
import { triedProperty, type PropertyRuns } from './property-runs.ts';

type Step = (collection: Collection) => Promise<unknown>;

/** A call with the words that a counterexample shows. */
function step<Args extends unknown[]>(
  call: (collection: Collection, ...args: Args) => Promise<unknown>,
  ...args: { [Place in keyof Args]: fc.Arbitrary<Args[Place]> }
): fc.Arbitrary<Step> {
  return fc.tuple<Args>(...args).map((chosen) => {
    const run: Step = (collection) => call(collection, ...chosen);
    return Object.assign(run, { toString: () => `${call.toString()} with ${JSON.stringify(chosen)}` });
  });
}

const steps = fc.array(
  fc.oneof(
    step((things, given) => things.insert(given), someDocument),
    step((things, given) => things.insertMany(given), fc.array(someDocument, { maxLength: 3 })),
    step((things, given, options) => things.find(given, options), someFilter, someFindOptions),
    step((things, given) => things.count(given), someFilter),
    step((things, given, changed) => things.update(given, changed), someFilter, someChange),
    step(
      (things, given, changed) => things.updateOne(given, changed),
      someFilter,
      fc.oneof(someChange, someUniqueChange),
    ),
    step((things, given) => things.deleteOne(given), someFilter),
    step((things, given) => things.delete(given), someFilter),
  ),
  { minLength: 4, maxLength: 12 },
);

/**
 * Compares a store with the memory store: both must answer random histories of inserts, finds, changes and deletions
 * alike, refusals included. A failure prints the seed and the shortest history that shows it.
 */
export function describeCollectionProperties(
  name: string,
  open: OpenStores,
  { runs = 200, seed = 20_261_120 }: PropertyRuns = {},
): void {
  describe(`${name}: collection properties`, () => {
    let opened: OpenedStores;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened?.close());

    /** Does something with a new plugin that has a few documents, and removes it: indexes that stay make all writes slow. */
    async function withCollection(
      stores: OpenedStores['stores'],
      { documents, unique }: { readonly documents: readonly object[]; readonly unique: boolean },
      work: (things: Collection) => Promise<void>,
    ): Promise<void> {
      const plugin = uniquePluginName();
      await stores.plugins.add(newPlugin(plugin), []);
      try {
        await stores.collections.declare(plugin, {
          things: { unique: unique ? ['u'] : [], indexes: ['a', ['b', 'c.0']] },
        });
        const things = openCollection(stores, plugin);
        for (const given of documents) await outcome(things.insert({ ...given }));
        await work(things);
      } finally {
        await stores.plugins.remove(plugin, []);
      }
    }

    /** Does something with a collection of the store under test and one in memory, which begin alike. */
    const compare = (
      start: { readonly documents: readonly object[]; readonly unique: boolean },
      work: (tested: Collection, reference: Collection) => Promise<void>,
    ): Promise<void> =>
      withCollection(opened.stores, start, (tested) =>
        withCollection(createMemoryStores(), start, (reference) => work(tested, reference)),
      );

    const property = fc.asyncProperty(
      fc.array(someDocument, { maxLength: 8 }),
      fc.boolean(),
      steps,
      (documents, unique, history) =>
        compare({ documents, unique }, async (tested, reference) => {
          for (const run of history) expect(await outcome(run(tested))).toEqual(await outcome(run(reference)));
          expect(await tested.find()).toEqual(await reference.find());
        }),
    );

    it('answers like the memory store, whatever is asked in whatever order', { timeout: 3_600_000 }, async () => {
      await fc.assert(property, triedProperty('collections', { runs, seed }));
    });

    const filters = fc.asyncProperty(
      fc.array(someDocument, { minLength: 5, maxLength: 15 }),
      fc.array(fc.tuple(someFilter, someFindOptions), { minLength: 10, maxLength: 20 }),
      (documents, questions) => {
        const numbered = documents.map((given, place) => ({ ...given, _id: String(place) }));
        return compare({ documents: numbered, unique: false }, async (tested, reference) => {
          for (const [given, options] of questions)
            expect(await outcome(tested.find(given, options))).toEqual(await outcome(reference.find(given, options)));
        });
      },
    );

    it('finds what the memory store finds, in the same order', { timeout: 3_600_000 }, async () => {
      await fc.assert(filters, triedProperty('finds', { runs, seed }));
    });
  });
}

/** What came of a call: its result, or the code of its refusal. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return { result: await call };
  } catch (error) {
    if (!isPluginError(error) || hasCode(error, 'STORE_UNAVAILABLE')) throw error;
    return { refused: error.code };
  }
}
