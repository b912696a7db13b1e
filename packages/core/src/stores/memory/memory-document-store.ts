import { PluginError } from '../../errors/plugin-error.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Json } from '../../protocol/json.ts';
import type { MemoryState } from './memory-state.ts';
import { assertShallow, assertStorableKey, storedJson } from './stored-json.ts';

/** The key-value storage of tests and of hosts that need not remember. */
export class MemoryDocumentStore implements DocumentStore {
  readonly #state: MemoryState;

  constructor(state: MemoryState) {
    this.#state = state;
  }

  async get(plugin: string, key: string): Promise<Json> {
    assertStorableKey(key);
    const value: Json = JSON.parse(this.#state.values.get(plugin)?.get(key) ?? 'null');
    return value;
  }

  async set(plugin: string, key: string, text: string): Promise<void> {
    assertStorableKey(key);
    assertShallow(text);
    const stored = storedJson(parseText(text));
    if (!this.#state.plugins.has(plugin)) {
      throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}" to store values for.`, { plugin });
    }
    const values = this.#state.values.get(plugin) ?? new Map<string, string>();
    this.#state.values.set(plugin, values.set(key, stored));
  }

  async delete(plugin: string, key: string): Promise<boolean> {
    assertStorableKey(key);
    return this.#state.values.get(plugin)?.delete(key) ?? false;
  }

  async list(plugin: string, prefix: string): Promise<string[]> {
    assertStorableKey(prefix);
    const keys = [...(this.#state.values.get(plugin)?.keys() ?? [])];
    return keys.filter((key) => key.startsWith(prefix)).toSorted(byCodePoint);
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PluginError('STORAGE_VALUE_INVALID', 'The text to store is not JSON.', { cause });
  }
}

// JavaScript compares UTF-16 units, which puts characters beyond U+FFFF before some that are smaller.
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
