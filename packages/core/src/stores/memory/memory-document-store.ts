import { PluginError } from '../../errors/plugin-error.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import { compareTexts } from '../../ports/match-document.ts';
import type { Json } from '../../protocol/json.ts';
import type { MemoryData } from './memory-state.ts';
import { assertShallow, assertStorableKey, storedJson } from './stored-json.ts';

/** The key-value storage of tests and of hosts that need not remember. */
export class MemoryDocumentStore implements DocumentStore {
  readonly #state: MemoryData;

  constructor(state: MemoryData) {
    this.#state = state;
  }

  async get(plugin: string, key: string): Promise<Json> {
    assertStorableKey(key);
    this.#state.assertOpen();
    const value: Json = JSON.parse(this.#state.values.get(plugin)?.get(key) ?? 'null');
    return value;
  }

  async set(plugin: string, key: string, text: string): Promise<void> {
    assertStorableKey(key);
    assertShallow(text);
    const stored = storedJson(parseText(text));
    while (this.#state.busy(plugin)) await this.#state.busy(plugin);
    this.#state.assertOpen();
    if (!this.#state.plugins.has(plugin)) {
      throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${plugin}" to store values for.`, { plugin });
    }
    const values = this.#state.values.get(plugin) ?? new Map<string, string>();
    this.#state.values.set(plugin, values.set(key, stored));
  }

  async delete(plugin: string, key: string): Promise<boolean> {
    assertStorableKey(key);
    while (this.#state.busy(plugin)) await this.#state.busy(plugin);
    this.#state.assertOpen();
    return this.#state.values.get(plugin)?.delete(key) ?? false;
  }

  async list(plugin: string, prefix: string): Promise<string[]> {
    assertStorableKey(prefix);
    this.#state.assertOpen();
    const keys = [...(this.#state.values.get(plugin)?.keys() ?? [])];
    return keys.filter((key) => key.startsWith(prefix)).toSorted(compareTexts);
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PluginError('STORAGE_VALUE_INVALID', 'The text to store is not JSON.', { cause });
  }
}
