import { PluginError } from '../errors/plugin-error.ts';

/** Which plugins do not run however much they are wanted: all, those named, or none. */
export class SafeMode {
  readonly #leftOut: boolean | ReadonlySet<string>;

  constructor(leftOut: boolean | readonly string[]) {
    this.#leftOut = typeof leftOut === 'boolean' ? leftOut : new Set(leftOut);
  }

  /** As it was asked for: `true` for all plugins, else their names. */
  describe(): boolean | string[] {
    return typeof this.#leftOut === 'boolean' ? this.#leftOut : [...this.#leftOut].toSorted();
  }

  /** Why code of the plugin must not run. */
  refusal(plugin: string): PluginError | undefined {
    const isLeftOut = typeof this.#leftOut === 'boolean' ? this.#leftOut : this.#leftOut.has(plugin);
    if (!isLeftOut) return undefined;
    return new PluginError('SAFE_MODE', `Plugin "${plugin}" does not run: the host was started in safe mode.`, {
      plugin,
    });
  }

  /** Throws `SAFE_MODE` when a command would run code of the plugin. */
  assertMayRun(plugin: string): void {
    const refusal = this.refusal(plugin);
    if (refusal) throw refusal;
  }
}
