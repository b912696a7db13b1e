import type { RepeatedEntries } from './repeated-entries.ts';

/** Writes down what plugins tried without the permission for it, so that one that tries all day fills no log. */
export class DenialRecorder {
  readonly #entries: RepeatedEntries;

  constructor(entries: RepeatedEntries) {
    this.#entries = entries;
  }

  readonly record = (plugin: string, permission: string, operation: string): void => {
    this.#entries.add(plugin, `permission ${permission}`, () => ({
      plugin,
      type: 'plugin:permission-denied',
      actor: `plugin:${plugin}`,
      result: 'denied',
      reason: `The permission "${permission}" is not granted.`,
      data: { permission, operation },
    }));
  };
}
