import type { PluginMeters } from './plugin-meters.ts';
import type { RepeatedEntries } from './repeated-entries.ts';

export interface DenialRecorderOptions {
  readonly entries: RepeatedEntries;
  readonly meters: PluginMeters;
}

/** Writes down what plugins tried without the permission for it, so that one that tries all day fills no log. */
export class DenialRecorder {
  readonly #options: DenialRecorderOptions;

  constructor(options: DenialRecorderOptions) {
    this.#options = options;
  }

  readonly record = (plugin: string, permission: string, operation: string): void => {
    const { entries, meters } = this.#options;
    meters.of(plugin).count('denials');
    entries.add(plugin, `permission ${permission}`, () => ({
      plugin,
      type: 'plugin:permission-denied',
      actor: `plugin:${plugin}`,
      result: 'denied',
      reason: `The permission "${permission}" is not granted.`,
      data: { permission, operation },
    }));
  };
}
