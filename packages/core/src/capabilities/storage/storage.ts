import { PluginError } from '../../errors/plugin-error.ts';
import { toStorableJson, unstorableReason } from '../../manifest/storable-json.ts';
import type { Json } from '../../protocol/json.ts';
import type { Capability } from '../capability.ts';

/** Values that survive reloads and restarts, apart for each plugin. */
export interface StorageSlice {
  getStorage<Value = Json>(key: string): Promise<Value | null>;
  setStorage(key: string, value: unknown): Promise<void>;
  deleteStorage(key: string): Promise<boolean>;
  listStorage(prefix?: string): Promise<string[]>;
}

export interface StorageOptions {
  /** Largest JSON text of one value, in bytes. */
  readonly maxValueBytes: number;
}

const maxKeyLength = 512;

/** Lets plugins keep JSON values under keys. */
export function storage({ maxValueBytes }: StorageOptions): Capability<StorageSlice> {
  return {
    name: 'storage',
    create: ({ release: { plugin }, data }) => ({
      async getStorage<Value>(key: string) {
        return (await data.documents.get(plugin, checkedKey(plugin, key))) as Value | null;
      },
      async setStorage(key, value) {
        const text = toJsonText(plugin, checkedKey(plugin, key), value);
        if (Buffer.byteLength(text) > maxValueBytes) throw tooLarge(plugin, key, maxValueBytes);
        await data.documents.set(plugin, key, text);
      },
      deleteStorage: async (key) => data.documents.delete(plugin, checkedKey(plugin, key)),
      listStorage: async (prefix = '') =>
        data.documents.list(plugin, prefix === '' ? prefix : checkedKey(plugin, prefix)),
    }),
  };
}

function checkedKey(plugin: string, key: unknown): string {
  const problem = keyProblem(key);
  if (problem === undefined) return key as string;
  throw new PluginError(
    'STORAGE_KEY_INVALID',
    `Plugin "${plugin}" used a storage key that cannot be one: ${problem}.`,
    { plugin },
  );
}

function keyProblem(key: unknown): string | undefined {
  if (typeof key !== 'string') return `it is ${key === null ? 'null' : typeof key}, not a string`;
  if (key.length === 0 || key.length > maxKeyLength) return `it has ${key.length} characters, not 1 to ${maxKeyLength}`;
  return unstorableReason(key);
}

function toJsonText(plugin: string, key: string, value: unknown): string {
  const json = toStorableJson(value);
  if ('text' in json) return json.text;
  const { problem, cause } = json;
  throw new PluginError('STORAGE_VALUE_INVALID', `Plugin "${plugin}" cannot store "${key}": ${problem}.`, {
    plugin,
    cause,
  });
}

function tooLarge(plugin: string, key: string, maxValueBytes: number): PluginError {
  return new PluginError(
    'STORAGE_VALUE_TOO_LARGE',
    `Plugin "${plugin}" cannot store "${key}": the value has more than ${maxValueBytes} bytes.`,
    {
      plugin,
    },
  );
}
