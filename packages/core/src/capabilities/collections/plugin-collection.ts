import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../errors/error-catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CollectionName, DocumentFilter, DocumentQuery, StoredDocument } from '../../ports/collection-store.ts';
import type { PluginData } from '../../ports/data-transaction.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { isJsonObject } from '../../manifest/json-object.ts';
import { checkedJson, kindOf, structureProblem, type Refuse } from './checked-json.ts';
import type { Change, Collection, Filter, FindOptions, Stored } from './collection-types.ts';
import { givenId } from './document-id.ts';
import { parseChange } from './parse-change.ts';
import { parseFilter, type UndefinedMeaning } from './parse-filter.ts';
import { parseFindOptions } from './parse-find-options.ts';

export interface PluginCollectionParts {
  readonly name: CollectionName;
  /** Asked at each call for where the data is just then. */
  readonly data: PluginData;
  readonly clock: Clock;
  /** Largest JSON text of one document, in bytes. */
  readonly maxDocumentBytes: number;
  /** Makes the errors of this collection. */
  readonly refuse: (code: ErrorCode) => Refuse;
}

type StoredJson = Stored<JsonObject>;

const maxIdLength = 512;

/**
 * One collection as its plugin sees it: checks what it is given, and hands it to the store. Its methods work by
 * themselves too: plugins take them apart, `const { find, insert } = ctx.collection('notes')`.
 */
export class PluginCollection implements Collection {
  readonly #parts: PluginCollectionParts;
  readonly #refuseFilter: Refuse;
  readonly #refuseDocument: Refuse;

  constructor(parts: PluginCollectionParts) {
    this.#parts = parts;
    this.#refuseFilter = parts.refuse('FILTER_INVALID');
    this.#refuseDocument = parts.refuse('DOCUMENT_INVALID');
  }

  readonly find = async (filter?: Filter | null, options?: FindOptions): Promise<StoredJson[]> => {
    const { project, ...given } = parseFindOptions(options, this.#refuseFilter);
    const { name, data } = this.#parts;
    const documents = await data.collections.find(name, { filter: this.#parse(filter ?? {}, 'null'), ...given });
    return documents.map((document) => project(document) as StoredJson);
  };

  readonly findOne = async (
    filter?: Filter | null,
    options?: Omit<FindOptions, 'limit'>,
  ): Promise<StoredJson | null> => {
    const [first = null] = await this.find(filter, { ...options, limit: 1 });
    return first;
  };

  readonly count = async (filter?: Filter | null): Promise<number> => {
    const { name, data } = this.#parts;
    return data.collections.count(name, this.#parse(filter ?? {}, 'null'));
  };

  readonly insert = async (document: JsonObject): Promise<StoredJson> => {
    const stored = this.#documentOf(document);
    await this.#insert([stored]);
    return stored.data as StoredJson;
  };

  readonly insertMany = async (documents: readonly JsonObject[]): Promise<StoredJson[]> => {
    if (!Array.isArray(documents)) throw this.#refuseDocument(`insertMany takes a list, not ${kindOf(documents)}`);
    const stored = documents.map((document) => this.#documentOf(document));
    if (stored.length > 0) await this.#insert(stored);
    return stored.map(({ data }) => data as StoredJson);
  };

  readonly update = async (filter: Filter, change: Change): Promise<number> => {
    return this.#update(this.#query(filter), change);
  };

  readonly updateOne = async (filter: Filter, change: Change): Promise<number> => {
    return this.#update(this.#query(filter, 1), change);
  };

  readonly delete = async (filter: Filter): Promise<number> => {
    const { name, data } = this.#parts;
    return data.collections.delete(name, this.#query(filter));
  };

  readonly deleteMany = async (filter: Filter): Promise<number> => {
    return this.delete(filter);
  };

  readonly deleteOne = async (filter: Filter): Promise<number> => {
    const { name, data } = this.#parts;
    return data.collections.delete(name, this.#query(filter, 1));
  };

  async #insert(documents: readonly StoredDocument[]): Promise<void> {
    const { name, data } = this.#parts;
    await data.collections.insert(name, documents);
  }

  async #update(query: DocumentQuery, change: Change): Promise<number> {
    const { name, data, refuse } = this.#parts;
    const edit = parseChange(change, refuse('UPDATE_INVALID'));
    return data.collections.update(name, query, (document) => {
      edit(document);
      document['_updatedAt'] = this.#now();
      const problem = structureProblem(document);
      if (problem !== undefined) throw this.#refuseDocument(`the document cannot be stored: ${problem}`);
      this.#assertSize(document);
      return document;
    });
  }

  #query(filter: Filter, limit?: number): DocumentQuery {
    return { filter: this.#parse(filter, 'mistake'), order: [], skip: 0, limit };
  }

  #parse(filter: unknown, undefinedMeaning: UndefinedMeaning): DocumentFilter {
    return parseFilter(filter, this.#refuseFilter, undefinedMeaning);
  }

  #documentOf(given: unknown): StoredDocument {
    const json = checkedJson(given, (problem) => this.#refuseDocument(`the document cannot be stored: ${problem}`));
    if (!isJsonObject(json)) throw this.#refuseDocument(`a document is an object, not ${kindOf(json)}`);
    const id = this.#idOf(json);
    const now = this.#now();
    const data = { ...json, _id: id, _createdAt: now, _updatedAt: now };
    this.#assertSize(data);
    return { id, data };
  }

  #idOf({ _id: given = null }: JsonObject): string {
    const id = givenId(given);
    if (id === null) return randomUUID();
    if (typeof id === 'string' && id.length > 0 && id.length <= maxIdLength) return id;
    throw this.#refuseDocument(`_id is not a string of 1 to ${maxIdLength} characters`);
  }

  #assertSize(document: JsonObject): void {
    const { maxDocumentBytes, refuse } = this.#parts;
    if (Buffer.byteLength(JSON.stringify(document)) <= maxDocumentBytes) return;
    throw refuse('DOCUMENT_TOO_LARGE')(`the document has more than ${maxDocumentBytes} bytes`);
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }
}
