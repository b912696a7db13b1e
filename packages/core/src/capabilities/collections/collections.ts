import { PluginError } from '../../errors/plugin-error.ts';
import type { ErrorCode } from '../../errors/error-catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Capability } from '../capability.ts';
import type { Refuse } from './checked-json.ts';
import type { Collection } from './collection-types.ts';
import { PluginCollection } from './plugin-collection.ts';

/** Documents that can be searched, apart for each plugin. */
export interface CollectionsSlice {
  collection<Doc extends object = JsonObject>(name: string): Collection<Doc>;
}

export interface CollectionsOptions {
  readonly clock: Clock;
  /** Largest JSON text of one document, in bytes. */
  readonly maxDocumentBytes: number;
}

/** Not blank, and without control characters and halves of surrogate pairs, which no store keeps. */
const namePattern = /^(?!\s*$)[^\p{C}]{1,100}$/u;

/** Lets plugins keep JSON documents in collections. */
export function collections(options: CollectionsOptions): Capability<CollectionsSlice> {
  return {
    name: 'collections',
    create: ({ release: { plugin }, data }) => ({
      collection<Doc extends object>(name: string): Collection<Doc> {
        assertName(plugin, name);
        const refuse =
          (code: ErrorCode): Refuse =>
          (problem, hint) =>
            new PluginError(code, `Plugin "${plugin}", collection "${name}": ${problem}.`, { plugin, hint });
        const collection = new PluginCollection({ ...options, data, name: { plugin, collection: name }, refuse });
        // what the documents look like is the word of the plugin
        return collection as unknown as Collection<Doc>;
      },
    }),
  };
}

function assertName(plugin: string, name: unknown): void {
  if (typeof name === 'string' && namePattern.test(name)) return;
  const shown = typeof name === 'string' ? JSON.stringify(name.slice(0, 100)) : typeof name;
  throw new PluginError('COLLECTION_INVALID', `Plugin "${plugin}" used ${shown} for the name of a collection.`, {
    plugin,
  });
}
