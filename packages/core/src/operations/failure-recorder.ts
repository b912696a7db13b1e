import { describeError } from '../errors/describe-error.ts';
import { isPluginError } from '../errors/plugin-error.ts';
import { redactValue } from '../errors/redact-value.ts';
import type { Logger } from '../ports/logger.ts';
import { logFailure } from './log-failure.ts';
import type { RepeatedEntries } from './repeated-entries.ts';

export interface FailureRecorderOptions {
  readonly entries: RepeatedEntries;
  readonly logger: Logger;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
}

/**
 * Writes down what failed in a plugin while nobody waited for it: tasks, listeners, socket handlers, clean-up. The log
 * gets each failure, the audit log those of one kind once a minute.
 */
export class FailureRecorder {
  readonly #options: FailureRecorderOptions;
  readonly #counts = new Map<string, number>();

  constructor(options: FailureRecorderOptions) {
    this.#options = options;
  }

  record(plugin: string, label: string, thrown: unknown): void {
    const { entries, logger, redact } = this.#options;
    const error = redactValue(thrown, (text) => redact(plugin, text));
    this.#counts.set(plugin, this.count(plugin) + 1);
    logFailure(
      logger,
      { plugin, during: label, err: error },
      `plugin "${plugin}" failed in ${label}: ${describeError(error)}`,
    );
    const kind = `failure ${label} ${isPluginError(thrown) ? thrown.code : ''}`;
    entries.add(plugin, kind, () => {
      const message = describeError(error);
      const data = { during: label, message };
      return { plugin, type: 'plugin:error', actor: 'system', result: 'failed', reason: message, data };
    });
  }

  /** Failures of a plugin since the host started. */
  count(plugin: string): number {
    return this.#counts.get(plugin) ?? 0;
  }

  forget(plugin: string): void {
    this.#counts.delete(plugin);
  }
}
