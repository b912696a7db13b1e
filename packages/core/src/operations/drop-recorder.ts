import type { Logger } from '../ports/logger.ts';
import type { PluginMeters } from './plugin-meters.ts';
import type { RepeatedEntries } from './repeated-entries.ts';

export interface DropRecorderOptions {
  readonly entries: RepeatedEntries;
  readonly meters: PluginMeters;
  readonly logger: Logger;
}

/** Writes down which events plugins did not hear because they do not keep up: there may be very many of them. */
export class DropRecorder {
  readonly #options: DropRecorderOptions;

  constructor(options: DropRecorderOptions) {
    this.#options = options;
  }

  readonly record = (plugin: string, event: string, inFlight: number): void => {
    const { entries, meters, logger } = this.#options;
    meters.of(plugin).count('eventsDropped');
    entries.add(plugin, 'dropped event', () => {
      const message = `Plugin "${plugin}" did not hear "${event}": ${inFlight} of its calls for events have not ended.`;
      logger.warn({ plugin, event }, message);
      const data = { during: `event ${event}`, message };
      return { plugin, type: 'plugin:error', actor: 'system', result: 'failed', reason: message, data };
    });
  };
}
