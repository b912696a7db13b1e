import { reasonOf } from '../errors/describe-error.ts';
import { PluginError } from '../errors/plugin-error.ts';
import type { Quarantine } from '../lifecycle/failure-recovery.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import { forgetLastBreath, readLastBreath, type LastBreath } from '../runtimes/stall-watch/last-breath.ts';

export interface StalledReleaseOptions {
  /** Where the last process left word of it. */
  readonly file: string;
  readonly journal: PluginJournal & { flush(): Promise<void> };
  readonly logger: Logger;
}

/** The release that blocked the event loop of the last process until that was ended from outside: it is not started again. */
export class StalledRelease {
  readonly #options: StalledReleaseOptions;
  #breath: LastBreath | undefined;

  constructor(options: StalledReleaseOptions) {
    this.#options = options;
  }

  /** To be called before any plugin is read. */
  async read(): Promise<void> {
    this.#breath = await readLastBreath(this.#options.file);
  }

  /** The quarantine of the plugin, if it is to blame; it is written down. */
  quarantineOf({ name, version, enabled }: PluginRecord): Quarantine | undefined {
    const { journal, logger } = this.#options;
    if (!enabled || this.#breath?.blame.plugin !== name) return undefined;
    const { at, blame } = this.#breath;
    const { digest, where, frames } = blame;
    if (digest === undefined) return undefined;
    const place = where === undefined ? '' : ` (${where})`;
    const message = `Plugin "${name}" ${version} blocked the event loop at ${new Date(at).toISOString()} until the process ended${place}.`;
    const reason = reasonOf(new PluginError('PLUGIN_QUARANTINED', message, { plugin: name }));
    logger.error({ plugin: name, where, frames }, message);
    const data = { code: reason.code, message, where: where ?? null };
    const change = { state: 'quarantined', reason, digest };
    journal.note({
      plugin: name,
      type: 'plugin:quarantined',
      actor: 'system',
      result: 'failed',
      reason: reason.message,
      data,
      change,
    });
    return { digest, reason };
  }

  /** To be called when the plugins were read: what had to be written down is not needed any more. */
  async forget(): Promise<void> {
    if (this.#breath === undefined) return;
    this.#breath = undefined;
    await this.#options.journal.flush();
    await forgetLastBreath(this.#options.file);
  }
}
