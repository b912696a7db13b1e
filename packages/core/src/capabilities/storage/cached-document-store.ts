import type { DocumentStore } from '../../ports/document-store.ts';
import type { Json } from '../../protocol/json.ts';

/** A write that has not ended. */
interface Write {
  readonly plugin: string;
  /** Whether nothing else happened to the key meanwhile, so that the key has what was written. */
  isAlone: boolean;
}

interface Entry {
  readonly plugin: string;
  readonly text: string;
  readonly bytes: number;
}

/** What an entry takes beside its texts. */
const entryOverheadBytes = 200;

/**
 * A key-value store whose values are read from memory once they were read or written. It has to be the only way to the
 * values: what another process writes is not seen. A write goes to the store first, so that what fails is never seen.
 */
export class CachedDocumentStore implements DocumentStore {
  readonly #store: DocumentStore;
  readonly #maxBytes: number;
  /** What was used last stands last. */
  readonly #entries = new Map<string, Entry>();
  /** Reads of the store that others may share, and whose result may be kept: no write began since they did. */
  readonly #reads = new Map<string, { readonly plugin: string; readonly text: Promise<string> }>();
  readonly #writes = new Map<string, Set<Write>>();
  #bytes = 0;

  constructor(store: DocumentStore, maxBytes: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  async get(plugin: string, key: string): Promise<Json> {
    const value: Json = JSON.parse(await this.#text(plugin, key));
    return value;
  }

  async set(plugin: string, key: string, text: string): Promise<void> {
    await this.#write(plugin, key, { text, write: () => this.#store.set(plugin, key, text) });
  }

  async delete(plugin: string, key: string): Promise<boolean> {
    return this.#write(plugin, key, { text: 'null', write: () => this.#store.delete(plugin, key) });
  }

  list(plugin: string, prefix: string): Promise<string[]> {
    return this.#store.list(plugin, prefix);
  }

  /** Forgets the values of a plugin, to be told when they changed in another way. */
  forget(plugin: string): void {
    for (const [place, entry] of this.#entries) if (entry.plugin === plugin) this.#drop(place);
    for (const [place, read] of this.#reads) if (read.plugin === plugin) this.#reads.delete(place);
    for (const writes of this.#writes.values()) {
      for (const write of writes) if (write.plugin === plugin) write.isAlone = false;
    }
  }

  #text(plugin: string, key: string): Promise<string> | string {
    const place = placeOf(plugin, key);
    const entry = this.#entries.get(place);
    if (entry) {
      this.#entries.delete(place);
      this.#entries.set(place, entry);
      return entry.text;
    }
    const read = this.#reads.get(place);
    if (read) return read.text;
    const text = this.#store.get(plugin, key).then((value) => JSON.stringify(value));
    // while a write is on its way, nobody knows what it has done yet
    return this.#writes.has(place) ? text : this.#share(place, plugin, text);
  }

  async #share(place: string, plugin: string, text: Promise<string>): Promise<string> {
    const read = { plugin, text };
    this.#reads.set(place, read);
    try {
      const value = await text;
      if (this.#reads.get(place) === read) this.#keep(place, plugin, value);
      return value;
    } finally {
      if (this.#reads.get(place) === read) this.#reads.delete(place);
    }
  }

  async #write<Result>(
    plugin: string,
    key: string,
    { text, write }: { readonly text: string; readonly write: () => Promise<Result> },
  ): Promise<Result> {
    const place = placeOf(plugin, key);
    this.#drop(place);
    this.#reads.delete(place);
    const writes = this.#writes.get(place) ?? new Set<Write>();
    for (const other of writes) other.isAlone = false;
    const own: Write = { plugin, isAlone: writes.size === 0 };
    this.#writes.set(place, writes.add(own));
    try {
      const result = await write();
      if (own.isAlone) this.#keep(place, plugin, text);
      return result;
    } finally {
      writes.delete(own);
      if (writes.size === 0) this.#writes.delete(place);
    }
  }

  #keep(place: string, plugin: string, text: string): void {
    const bytes = 2 * (place.length + text.length) + entryOverheadBytes;
    if (bytes > this.#maxBytes) return;
    this.#drop(place);
    this.#entries.set(place, { plugin, text, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(place: string): void {
    this.#bytes -= this.#entries.get(place)?.bytes ?? 0;
    this.#entries.delete(place);
  }
}

function placeOf(plugin: string, key: string): string {
  return `${plugin}\n${key}`;
}
