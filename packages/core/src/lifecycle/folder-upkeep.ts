import { isPluginFolder } from '../discovery/discover-plugins.ts';
import { lookAtFolder, releaseFingerprint, type LookOptions } from '../discovery/inspect-folder.ts';
import type { FolderLook } from '../discovery/settled-folders.ts';
import { hasCode } from '../errors/plugin-error.ts';
import type { PluginIntake, Taken } from './plugin-intake.ts';
import type { PluginRegistry } from './plugin-registry.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';

export interface FolderUpkeepOptions extends LookOptions {
  readonly intake: PluginIntake;
  readonly registry: PluginRegistry;
  /** Brings plugins up; a failure becomes their state, never an exception. */
  readonly start: (supervisors: readonly PluginSupervisor[]) => Promise<void>;
}

/** Brings plugins in line with their folders: starts what was put there, reloads what changed, unloads what is gone. */
export class FolderUpkeep {
  readonly #options: FolderUpkeepOptions;
  /** The contents that each plugin was last reloaded for; what failed is not tried again with the same. */
  readonly #tried = new Map<string, string>();

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

  /** Judges the contents of a folder before they are taken over. */
  async look(folder: string, fingerprint: string): Promise<FolderLook> {
    const supervisor = this.#options.registry.inFolder(folder);
    if (supervisor && this.#tried.get(supervisor.plugin) === fingerprint) return 'finished';
    return lookAtFolder(folder, this.#options);
  }

  /** Takes over the contents of one folder. Throws what keeps them from running. */
  async take(folder: string, fingerprint: string): Promise<void> {
    const { intake, registry } = this.#options;
    const supervisor = registry.inFolder(folder);
    if (!supervisor) return this.#run(await intake.takeOne(folder), 'watcher');
    if (!(await isPluginFolder(folder))) return this.#letGo(supervisor);
    if (intake.isLeaving(supervisor) || this.#tried.get(supervisor.plugin) === fingerprint) return;
    this.#tried.set(supervisor.plugin, fingerprint);
    if (!supervisor.lastFailure && fingerprint === releaseFingerprint(supervisor.release)) return;
    try {
      await supervisor.reload('watcher');
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
    await this.#run(await intake.takeAll(), 'system');
  }

  async #run({ toStart, toReload }: Taken, actor: string): Promise<void> {
    // a reload that fails is in the state of the plugin and in the audit
    const reloads = toReload.map((supervisor) => supervisor.reload(actor).catch(() => undefined));
    await Promise.all([this.#options.start(toStart), ...reloads]);
  }
}
