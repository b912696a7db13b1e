import semver from 'semver';
import { describeError } from '../errors/describe-error.ts';
import { PluginError, hasCode } from '../errors/plugin-error.ts';
import type { DataTransactions } from '../ports/data-transaction.ts';
import type { PluginRecord } from '../ports/plugin-store.ts';
import type { BroughtData } from './brought-data.ts';
import type { DeclaredIndexes } from './declared-indexes.ts';
import type { Generation } from './generation.ts';
import type { PluginJournal } from './plugin-journal.ts';
import { SerialQueue } from './serial-queue.ts';
import type { HeldWrites } from './switched-data.ts';

export interface DataMigrationsOptions {
  readonly data: DataTransactions & { readonly indexes: DeclaredIndexes };
  readonly journal: PluginJournal;
  readonly onFailure: (plugin: string, label: string, error: unknown) => void;
}

/** What was kept before data was migrated. */
interface DataCopy {
  /** The version that it is made for. */
  readonly version: string | null;
  /**
   * `open` until the release is live that the data was migrated for. Whoever serves writes nothing before a copy is gone
   * that is to be `put back` or has become `needless`: nothing that was acknowledged is ever undone by it.
   */
  fate: 'open' | 'put back' | 'needless';
}

/** What is known of the data of one plugin. */
interface KnownData {
  /** The version that it is made for; null before the plugin was live. */
  version: string | null;
  copy: DataCopy | undefined;
  /** What is done about the copy. */
  readonly queue: SerialQueue;
}

/** How much longer than `migrate` its transaction may take, in milliseconds: for the copy and the commit. */
const transactionMarginMs = 60_000;

/**
 * Brings what plugins have stored to the version of the release that is coming up, before any other of its hooks runs. A
 * copy is kept until that release is live; when it comes to nothing, also because the process was killed, the copy takes
 * the place of what was migrated.
 */
export class DataMigrations {
  readonly #options: DataMigrationsOptions;
  readonly #plugins = new Map<string, KnownData>();

  constructor(options: DataMigrationsOptions) {
    this.#options = options;
  }

  /** Takes over what the store says of the data of a plugin. */
  know({ name, dataVersion, copiedDataVersion }: PluginRecord): void {
    const copy: DataCopy | undefined =
      copiedDataVersion === null ? undefined : { version: copiedDataVersion, fate: 'open' };
    this.#plugins.set(name, { version: dataVersion, copy, queue: new SerialQueue() });
  }

  forget(plugin: string): void {
    this.#plugins.delete(plugin);
  }

  /**
   * Makes the data fit a generation whose code is loaded; what the others of its plugin write waits until it is live or
   * came to nothing. Throws `DATA_MIGRATION_FAILED`, `STORE_UNAVAILABLE`; then nothing was changed.
   */
  async bring(next: Generation, others: readonly Generation[], onMigrate: () => void): Promise<BroughtData> {
    const { plugin, manifest } = next.release;
    const { version } = manifest;
    const known = this.#of(plugin);
    if (known.copy?.fate === 'open' && known.version !== version) known.copy.fate = 'put back';
    if (known.copy?.fate === 'put back') await this.#settle(plugin, known);
    const from = known.version;
    // what a newer release has made of the data stays: an older one cannot know how to undo it
    const isOlder = from !== null && semver.lte(version, from);
    if (from === null || isOlder || !next.has('migrate'))
      return this.#brought(next, known, { version: isOlder ? from : version, held: [] });
    onMigrate();
    const held = others.map(({ data }) => data.hold());
    try {
      await Promise.all(held.map(({ quiet }) => quiet));
      await this.#settle(plugin, known);
      await this.#migrate(next, known, from);
    } catch (error) {
      this.#release(plugin, known, held);
      throw error;
    }
    return this.#brought(next, known, { version, held, from });
  }

  async #migrate(next: Generation, known: KnownData, from: string): Promise<void> {
    const { plugin, manifest } = next.release;
    const { migrateMs } = manifest.limits;
    const to = manifest.version;
    const transaction = await this.#options.data.begin(plugin, migrateMs + transactionMarginMs);
    // for good when it fails: what `migrate` still does after its time must not reach the data
    const leave = next.data.use(transaction);
    try {
      await transaction.keepCopy();
      await next.call('migrate', migrateMs, { from, to });
    } catch (error) {
      await transaction.rollback();
      throw asFailure(error, plugin, `from ${from} to ${to}`);
    }
    try {
      await transaction.commit(to);
    } catch (error) {
      // it may have come through all the same
      known.copy = { version: from, fate: 'put back' };
      await this.#settle(plugin, known).catch(() => undefined);
      throw asFailure(error, plugin, `from ${from} to ${to}`);
    }
    leave();
    known.version = to;
    known.copy = { version: from, fate: 'open' };
  }

  #brought(
    next: Generation,
    known: KnownData,
    { version, held, from }: { version: string; held: readonly HeldWrites[]; from?: string },
  ): BroughtData {
    const { plugin } = next.release;
    const { journal, onFailure } = this.#options;
    let isLive = false;
    return {
      version,
      wentLive: () => {
        isLive = true;
        known.version = version;
        if (from !== undefined)
          journal.note({ plugin, type: 'plugin:data-migrated', actor: 'system', data: { from, to: version } });
        if (!known.copy) return;
        known.copy.fate = 'needless';
        const waiting = [...held, next.data.hold()];
        this.#settle(plugin, known)
          .catch((error: unknown) => onFailure(plugin, 'copy of earlier data', error))
          .finally(() => this.#release(plugin, known, waiting));
      },
      end: async () => {
        // a generation that was live is not gone before the copy is
        if (isLive || known.copy?.fate !== 'open') return known.queue.run(async () => undefined);
        await next.data.close(new PluginError('SCOPE_CLOSED', 'The generation ended.', { plugin }));
        known.copy.fate = 'put back';
        await this.#settle(plugin, known).catch((error: unknown) =>
          onFailure(plugin, 'data of the earlier version', error),
        );
        this.#release(plugin, known, held);
      },
    };
  }

  /** Lets writes go on that wait; while there is something left to do with the copy, each sees to that first. */
  #release(plugin: string, known: KnownData, held: readonly HeldWrites[]): void {
    for (const writes of held) writes.release(known.copy && (() => this.#settle(plugin, known)));
  }

  /** Does with the copy what is to be done with it. */
  #settle(plugin: string, known: KnownData): Promise<void> {
    return known.queue.run(async () => {
      const { copy } = known;
      if (!copy || copy.fate === 'open') return;
      if (copy.fate === 'needless') await this.#options.data.forgetCopy(plugin);
      else await this.#putBack(plugin, known, copy);
      known.copy = undefined;
    });
  }

  async #putBack(plugin: string, known: KnownData, { version }: DataCopy): Promise<void> {
    const { data, journal } = this.#options;
    // an index that the failed release declares may contradict what is put back
    await data.indexes.revert(plugin);
    await data.restore(plugin);
    const from = known.version;
    known.version = version;
    // after a commit that may have failed there was perhaps nothing to put back
    if (from !== version)
      journal.note({ plugin, type: 'plugin:data-restored', actor: 'system', data: { from, to: version } });
  }

  #of(plugin: string): KnownData {
    const known = this.#plugins.get(plugin) ?? { version: null, copy: undefined, queue: new SerialQueue() };
    this.#plugins.set(plugin, known);
    return known;
  }
}

function asFailure(error: unknown, plugin: string, step: string): unknown {
  const isOther = ['RETRY_LATER', 'PLUGIN_CRASHED', 'STORE_UNAVAILABLE'] as const;
  if (isOther.some((code) => hasCode(error, code))) return error;
  const message = `The data of plugin "${plugin}" was not brought ${step}: ${describeError(error)}`;
  return new PluginError('DATA_MIGRATION_FAILED', message, { plugin, cause: error });
}
