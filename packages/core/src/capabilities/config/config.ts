import { patchAt } from '../../manifest/config-paths.ts';
import { declaredKeys } from '../../manifest/plugin-configuration.ts';
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
    create: ({ release: { manifest } }) => {
      // the defaults of secrets are known before the plugin, which has its manifest, can log them
      configs.resolved(manifest);
      return {
        getConfig<Value>(key?: string | null) {
          return (
            key === undefined || key === null ? configs.resolved(manifest) : configs.value(manifest, key)
          ) as Value;
        },
        setConfig: (key, value) =>
          configs.saveOwn(manifest, (resolved) => patchAt({ ...declaredKeys(manifest), ...resolved }, key, value)),
      };
    },
  };
}
