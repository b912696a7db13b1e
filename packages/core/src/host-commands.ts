import type { SafeMode } from './lifecycle/safe-mode.ts';
import type { FailingCommand } from './lifecycle/plugin-journal.ts';
import type { PluginSupervisor } from './lifecycle/plugin-supervisor.ts';
import { commandOf } from './host-command.ts';
import type { HostAudit } from './operations/host-audit.ts';
import type { CommandOptions, PluginHost } from './plugin-host.ts';
import { hostItself } from './ports/audit-log.ts';

export interface HostCommandsOptions {
  readonly audit: HostAudit;
  readonly safeMode: SafeMode;
  /** Throws `PLUGIN_NOT_FOUND`, `HOST_CLOSED`. */
  readonly find: (plugin: string) => PluginSupervisor;
  /** Reads the plugins folder; says how many plugins there are. */
  readonly rescan: () => Promise<number>;
}

/** What administrators have plugins do; each command that fails stands in the audit. */
export class HostCommands {
  readonly #options: HostCommandsOptions;

  constructor(options: HostCommandsOptions) {
    this.#options = options;
  }

  async rescan(options?: CommandOptions): Promise<void> {
    const { audit, rescan } = this.#options;
    const command = { ...commandOf(options), type: 'host:rescanned', plugin: hostItself } as const;
    const plugins = await audit.follow(command, rescan);
    audit.done(command, { plugins });
  }

  async enable(...[name, options]: Parameters<PluginHost['enable']>): Promise<void> {
    const { find, safeMode } = this.#options;
    await this.#give('enable', name, options, (command) => {
      const supervisor = find(name);
      safeMode.assertMayRun(name);
      return supervisor.enable(command);
    });
  }

  async disable(...[name, options]: Parameters<PluginHost['disable']>): Promise<void> {
    await this.#give('disable', name, options, (command) => this.#options.find(name).disable(command));
  }

  async reload(...[name, options]: Parameters<PluginHost['reload']>): Promise<void> {
    await this.#give('reload', name, options, (command) => this.#findToReplace(name).reload(command));
  }

  async rollback(...[name, options]: Parameters<PluginHost['rollback']>): Promise<void> {
    const { to } = options ?? {};
    await this.#give('rollback', name, options, (command) => this.#findToReplace(name).rollback(command, to));
  }

  async #give<Options extends CommandOptions>(
    kind: FailingCommand,
    plugin: string,
    options: Options | undefined,
    give: (command: Options & { readonly actor: string }) => Promise<void>,
  ): Promise<void> {
    const command = commandOf(options);
    const followed = { ...command, type: `plugin:${kind}-failed`, plugin } as const;
    await this.#options.audit.follow(followed, () => give(command));
  }

  /** A plugin that is off only takes note of the release, so that no code of it runs. */
  #findToReplace(name: string): PluginSupervisor {
    const { find, safeMode } = this.#options;
    const supervisor = find(name);
    if (supervisor.enabled) safeMode.assertMayRun(name);
    return supervisor;
  }
}
