import { PluginError } from '../../errors/plugin-error.ts';
import type { ErrorCode } from '../../errors/error-catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Capability, CapabilitySession } from '../capability.ts';
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

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/;

/** Lets plugins keep JSON documents in collections. */
export function collections(options: CollectionsOptions): Capability<CollectionsSlice> {
  return { name: 'collections', create: (session) => ({ collection: collectionsOf(session, options) }) };
}

/** Makes the function that gives a plugin its collections, for every place where it is offered. */
export function collectionsOf(session: CapabilitySession, options: CollectionsOptions): CollectionsSlice['collection'] {
  const { plugin } = session.release;
  return <Doc extends object>(name: string): Collection<Doc> => {
    if (typeof name !== 'string' || !namePattern.test(name)) {
      const shown = typeof name === 'string' ? JSON.stringify(name.slice(0, 100)) : typeof name;
      const message = `Plugin "${plugin}" used ${shown} for the name of a collection.`;
      throw new PluginError('COLLECTION_INVALID', message, { plugin });
    }
    const refuse =
      (code: ErrorCode): Refuse =>
      (problem, hint) =>
        new PluginError(code, `Plugin "${plugin}", collection "${name}": ${problem}.`, { plugin, hint });
    const { data } = session;
    const collection = new PluginCollection({ ...options, data, name: { plugin, collection: name }, refuse });
    return collection as unknown as Collection<Doc>;
  };
}
