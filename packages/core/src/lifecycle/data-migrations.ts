import semver from 'semver';
import { describeError } from '../errors/describe-error.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import type { DataTransactions } from '../ports/data-transaction.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { BroughtData } from './brought-data.ts';
import type { DeclaredIndexes } from './declared-indexes.ts';
import type { Generation } from './generation.ts';
import type { PluginJournal } from './plugin-journal.ts';

export interface DataMigrationsOptions {
  readonly data: DataTransactions & { readonly indexes: DeclaredIndexes };
  readonly journal: PluginJournal;
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
}

type DataVersions = Pick<PluginRecord, 'dataVersion' | 'copiedDataVersion'>;

/** How much longer than `migrate` its transaction may take, in milliseconds: for the copy and the commit. */
const transactionMarginMs = 60_000;

/**
 * Brings what plugins have stored to the version of the release that is coming up, before any other of its hooks runs. A
 * copy is kept until that release is live; when it comes to nothing, also because the process was killed, the copy takes
 * the place of what was migrated.
 */
export class DataMigrations {
  readonly #options: DataMigrationsOptions;
  readonly #versions = new Map<string, DataVersions>();

  constructor(options: DataMigrationsOptions) {
    this.#options = options;
  }

  /** Takes over what the store says of the data of a plugin. */
  know({ name, dataVersion, copiedDataVersion }: PluginRecord): void {
    this.#versions.set(name, { dataVersion, copiedDataVersion });
  }

  forget(plugin: string): void {
    this.#versions.delete(plugin);
  }

  /**
   * Makes the data fit a generation whose code is loaded; what the others of its plugin write waits until it is live or
   * came to nothing. Throws `DATA_MIGRATION_FAILED`, `STORE_UNAVAILABLE`; then nothing was changed.
   */
  async bring(next: Generation, others: readonly Generation[], onMigrate: () => void): Promise<BroughtData> {
    const { plugin, manifest } = next.release;
    const { version } = manifest;
    let { dataVersion: from, copiedDataVersion } = this.#of(plugin);
    if (copiedDataVersion !== null && from !== version) from = await this.#restore(plugin);
    if (from === null) return this.#unchanged(plugin, version);
    // what a newer release has made of the data stays: an older one cannot know how to undo it
    if (semver.lte(version, from)) return this.#unchanged(plugin, from);
    if (!next.has('migrate')) return this.#unchanged(plugin, version);
    onMigrate();
    const held = others.map(({ data }) => data.hold());
    const release = (): void => held.forEach((writes) => writes.release());
    try {
      await Promise.all(held.map(({ quiet }) => quiet));
      await this.#migrate(next, from);
    } catch (error) {
      release();
      throw error;
    }
    return this.#migrated(plugin, { from, to: version, release });
  }

  async #migrate(next: Generation, from: string): Promise<void> {
    const { plugin, manifest } = next.release;
    const { migrateMs } = manifest.limits;
    const to = manifest.version;
    const transaction = await this.#options.data.begin(plugin, migrateMs + transactionMarginMs);
    const leave = next.data.use(transaction);
    try {
      await transaction.keepCopy();
      await next.call('migrate', migrateMs, { from, to });
      await transaction.commit(to);
    } catch (error) {
      await transaction.rollback();
      throw asFailure(error, plugin, `from ${from} to ${to}`);
    } finally {
      leave();
    }
    this.#versions.set(plugin, { dataVersion: to, copiedDataVersion: from });
  }

  #unchanged(plugin: string, version: string): BroughtData {
    const wentLive = (): void => {
      const { copiedDataVersion } = this.#of(plugin);
      this.#versions.set(plugin, { dataVersion: version, copiedDataVersion });
      if (copiedDataVersion !== null) this.#forgetCopy(plugin);
    };
    return { version, wentLive, discard: async () => undefined };
  }

  #migrated(plugin: string, { from, to, release }: { from: string; to: string; release: () => void }): BroughtData {
    const { journal, onFailure } = this.#options;
    return {
      version: to,
      wentLive: () => {
        release();
        journal.note({ plugin, type: 'plugin:data-migrated', actor: 'system', data: { from, to } });
        this.#forgetCopy(plugin);
      },
      discard: async () => {
        try {
          await this.#restore(plugin);
          journal.note({ plugin, type: 'plugin:data-restored', actor: 'system', data: { from: to, to: from } });
        } catch (error) {
          // the copy stays, and the next generation that comes up begins with it
          onFailure(plugin, 'data of the earlier version', error);
        } finally {
          release();
        }
      },
    };
  }

  async #restore(plugin: string): Promise<string | null> {
    const { data } = this.#options;
    // an index that the failed release declares may contradict what is put back
    await data.indexes.revert(plugin);
    await data.restore(plugin);
    const { copiedDataVersion } = this.#of(plugin);
    this.#versions.set(plugin, { dataVersion: copiedDataVersion, copiedDataVersion: null });
    return copiedDataVersion;
  }

  #forgetCopy(plugin: string): void {
    const { dataVersion } = this.#of(plugin);
    this.#options.data.forgetCopy(plugin).then(
      () => this.#versions.set(plugin, { dataVersion, copiedDataVersion: null }),
      (error: unknown) => this.#options.onFailure(plugin, 'copy of earlier data', error),
    );
  }

  #of(plugin: string): DataVersions {
    return this.#versions.get(plugin) ?? { dataVersion: null, copiedDataVersion: null };
  }
}

function asFailure(error: unknown, plugin: string, step: string): unknown {
  const isOther = ['RETRY_LATER', 'PLUGIN_CRASHED', 'STORE_UNAVAILABLE'] as const;
  if (isOther.some((code) => hasCode(error, code))) return error;
  const message = `The data of plugin "${plugin}" was not brought ${step}: ${describeError(error)}`;
  return new PluginError('DATA_MIGRATION_FAILED', message, { plugin, cause: error });
}
