import type { Collection } from '../../capabilities/collections/collection-types.ts';
import { PluginCollection } from '../../capabilities/collections/plugin-collection.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { PluginData } from '../../ports/data-transaction.ts';
import type { Clock } from '../../ports/clock.ts';

/** A clock that stands still, so that two stores write the same times. */
const stillClock: Clock = { now: () => Date.UTC(2026, 2, 4, 5, 6, 7, 89), elapsed: () => 0, after: () => () => {} };

/** A collection as a plugin would see it, on the data of a store under test. */
export function openCollection(data: PluginData, plugin: string, collection = 'things'): Collection {
  return new PluginCollection({
    name: { plugin, collection },
    data,
    clock: stillClock,
    maxDocumentBytes: 1024 * 1024,
    refuse: (code) => (problem, hint) => new PluginError(code, `${collection}: ${problem}.`, { plugin, hint }),
  });
}
