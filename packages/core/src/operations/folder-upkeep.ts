import { isPluginFolder } from '../discovery/discover-plugins.ts';
import { lookAtFolder, releaseFingerprint, type CodeReading } from '../discovery/inspect-folder.ts';
import type { FolderLook } from '../discovery/settled-folders.ts';
import { watchPlugins } from '../discovery/watch-plugins.ts';
import { hasCode, isPluginError } from '../errors/plugin-error.ts';
import type { PluginIntake, Taken } from '../lifecycle/plugin-intake.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import type { Release } from '../manifest/release.ts';
import type { Logger } from '../ports/logger.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { logFailure } from './log-failure.ts';

export interface FolderUpkeepOptions {
  readonly intake: PluginIntake;
  readonly registry: PluginRegistry;
  /** Brings plugins up; a failure becomes their state, never an exception. */
  readonly start: (supervisors: readonly PluginSupervisor[]) => Promise<void>;
  readonly pluginsDir: string;
  readonly hostVersion: string;
  readonly runtimes: readonly Runtime[];
  readonly logger: Logger;
}

/** Brings plugins in line with their folders: starts what was put there, reloads what changed, unloads what is gone. */
export class FolderUpkeep {
  readonly #options: FolderUpkeepOptions;
  /** The contents that each plugin was last reloaded for; what failed is not tried again with the same. */
  readonly #tried = new Map<string, string>();
  #closeWatcher: (() => void) | undefined;
  #isClosed = false;

  constructor(options: FolderUpkeepOptions) {
    this.#options = options;
  }

  /** Reads the whole plugins folder. */
  async scan(): Promise<void> {
    const { intake } = this.#options;
    const taken = await intake.takeAll();
    const gone = await intake.gone();
    await Promise.all([this.#run(taken, 'system'), ...gone.map((supervisor) => this.#letGo(supervisor))]);
  }

  /** Follows the folders from now on. */
  async watch(how: { readonly polling: boolean; readonly settleMs: number }): Promise<void> {
    const { pluginsDir, logger } = this.#options;
    this.#closeWatcher = await watchPlugins({
      ...how,
      pluginsDir,
      look: (folder, reading) => this.#look(folder, reading),
      take: (folder, { fingerprint }) => this.#follow(folder, fingerprint),
      onError: (err) => logger.warn({ err }, 'the watcher of the plugins folder reports an error'),
    });
    // the end came while the watcher was getting ready, and could not close it
    if (this.#isClosed) this.#closeWatcher();
  }

  /** Follows the folders no more, until `watch` is called again. */
  unwatch(): void {
    this.#closeWatcher?.();
    this.#closeWatcher = undefined;
  }

  /** Follows the folders no more, for good. */
  close(): void {
    this.#isClosed = true;
    this.unwatch();
  }

  async #look(folder: string, reading: CodeReading): Promise<FolderLook> {
    const supervisor = this.#options.registry.inFolder(folder);
    if (supervisor && this.#tried.get(supervisor.plugin) === reading.fingerprint) return 'finished';
    const { hostVersion } = this.#options;
    return lookAtFolder(folder, reading, { hostVersion, check: (release) => this.#check(release) });
  }

  async #check(release: Release): Promise<void> {
    const runtime = this.#options.runtimes.findLast(({ kind }) => kind === release.manifest.runtime);
    await runtime?.check?.(release);
  }

  async #follow(folder: string, fingerprint: string): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#take(folder, fingerprint);
    } catch (err) {
      const { logger } = this.#options;
      const details = { folder, err };
      // a failed reload is already in the state and the audit; anything else is worth a line of its own
      if (isPluginError(err)) logger.warn(details, `the change was not taken over: ${err.message}`);
      else logFailure(logger, details, 'the change of a plugin folder could not be read');
    }
  }

  async #take(folder: string, fingerprint: string): Promise<void> {
    const { intake, registry } = this.#options;
    const supervisor = registry.inFolder(folder);
    if (!supervisor) return this.#run(await intake.takeOne(folder), 'watcher');
    if (!(await isPluginFolder(folder))) return this.#letGo(supervisor);
    if (intake.isLeaving(supervisor) || this.#tried.get(supervisor.plugin) === fingerprint) return;
    this.#tried.set(supervisor.plugin, fingerprint);
    const { releases, lastFailure } = supervisor;
    // a folder that is as it was is worth another try only if it is what failed
    const isNews = fingerprint !== releaseFingerprint(releases.folder);
    if (!isNews && (!lastFailure || releases.isPreferred)) return;
    try {
      await supervisor.reload({ actor: 'watcher' });
    } catch (error) {
      // nothing is wrong with the contents
      if (hasCode(error, 'STORE_UNAVAILABLE')) this.#tried.delete(supervisor.plugin);
      throw error;
    }
  }

  async #letGo(supervisor: PluginSupervisor): Promise<void> {
    const { intake } = this.#options;
    if (intake.isLeaving(supervisor)) return;
    this.#tried.delete(supervisor.plugin);
    await intake.letGo(supervisor);
    // another folder may have waited for the name, or the same one come back
    if (!this.#isClosed) await this.#run(await intake.takeAll(), 'system');
  }

  async #run({ toStart, toReload }: Taken, actor: string): Promise<void> {
    // a reload that fails is in the state of the plugin and in the audit
    const reloads = toReload.map((supervisor) => supervisor.reload({ actor }).catch(() => undefined));
    await Promise.all([this.#options.start(toStart), ...reloads]);
  }
}
