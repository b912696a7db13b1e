import { patchAt, valueAt } from '../../manifest/plugin-configuration.ts';
import type { Json } from '../../protocol/json.ts';
import type { Capability } from '../capability.ts';
import type { PluginConfigs } from './plugin-configs.ts';

/** Settings of the plugin. */
export interface ConfigSlice {
  getConfig<Value = Json>(key?: string): Value;
  setConfig(key: string, value: Json): Promise<void>;
}

/** Lets plugins read their settings (always the current ones) and change them. */
export function config(configs: PluginConfigs): Capability<ConfigSlice> {
  return {
    name: 'config',
    create: ({ release: { manifest, plugin } }) => ({
      getConfig<Value>(key?: string) {
        const resolved = configs.resolved(manifest);
        return (key === undefined ? resolved : valueAt(resolved, key)) as Value;
      },
      setConfig: (key, value) =>
        configs.save(manifest, (resolved) => patchAt(resolved, key, value), `plugin:${plugin}`),
    }),
  };
}
