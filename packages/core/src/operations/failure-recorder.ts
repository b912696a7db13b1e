import { describeError } from '../errors/describe-error.ts';
import { redactValue } from '../errors/redact-value.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { logFailure } from './log-failure.ts';

/** Failures of one kind are written to the audit log once in this time; the log gets each of them. */
const auditIntervalMs = 60_000;

export interface FailureRecorderOptions {
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
}

/** What failed in a plugin, without secrets. */
export interface RecordedFailure {
  readonly during: string;
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Writes down what failed in a plugin while nobody waited for it: tasks, listeners, socket handlers, clean-up. */
export class FailureRecorder {
  readonly #options: FailureRecorderOptions;
  readonly #counts = new Map<string, number>();
  readonly #auditedAt = new Map<string, number>();
  readonly #last = new Map<string, RecordedFailure>();

  constructor(options: FailureRecorderOptions) {
    this.#options = options;
  }

  record(plugin: string, label: string, thrown: unknown): void {
    const { journal, clock, logger, redact } = this.#options;
    const error = redactValue(thrown, (text) => redact(plugin, text));
    this.#counts.set(plugin, this.count(plugin) + 1);
    const at = new Date(clock.now()).toISOString();
    this.#last.set(plugin, { during: label, message: describeError(error), at });
    logFailure(
      logger,
      { plugin, during: label, err: error },
      `plugin "${plugin}" failed in ${label}: ${describeError(error)}`,
    );
    const key = `${plugin}\0${label}`;
    const last = this.#auditedAt.get(key);
    if (last !== undefined && clock.now() - last < auditIntervalMs) return;
    this.#auditedAt.set(key, clock.now());
    journal.note({
      plugin,
      type: 'plugin:error',
      actor: 'system',
      data: { during: label, message: describeError(error) },
    });
  }

  /** Failures of a plugin since the host started. */
  count(plugin: string): number {
    return this.#counts.get(plugin) ?? 0;
  }

  /** The latest failure of a plugin since the host started. */
  last(plugin: string): RecordedFailure | undefined {
    return this.#last.get(plugin);
  }

  forget(plugin: string): void {
    this.#counts.delete(plugin);
    this.#last.delete(plugin);
    for (const key of this.#auditedAt.keys()) if (key.startsWith(`${plugin}\0`)) this.#auditedAt.delete(key);
  }
}
