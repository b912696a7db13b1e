import { levelNumber, levelNumbers, levelOf, silentNumber } from '../ports/log-level.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { LogLevel, PluginLogLevel } from '../protocol/plugin-log.ts';

interface ChosenLevel {
  readonly level: LogLevel;
  readonly until: number;
  readonly cancel: () => void;
}

/** The level of each plugin: that of the host's log, or for a time another one that an administrator chose. */
export class LogLevels {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #chosen = new Map<string, ChosenLevel>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** From which level on lines are kept. A host that writes little, or nothing, keeps what matters all the same. */
  keptFrom(plugin: string, own: number | undefined): number {
    return this.#chosenNumber(plugin) ?? own ?? Math.min(this.#hostNumber(), levelNumbers.info);
  }

  /** From which level on lines are written to the host's log; a host that is silent stays so. */
  writtenFrom(plugin: string, own: number | undefined): number {
    const host = this.#hostNumber();
    return host === silentNumber ? silentNumber : (this.#chosenNumber(plugin) ?? own ?? host);
  }

  describe(plugin: string): PluginLogLevel {
    const chosen = this.#chosen.get(plugin);
    const standard = levelOf(Math.min(this.#hostNumber(), levelNumbers.info)) ?? 'info';
    return {
      level: chosen?.level ?? standard,
      standard,
      until: chosen ? new Date(chosen.until).toISOString() : null,
    };
  }

  /** Chooses another level for a time; `onReturn` hears when it is over by itself. */
  choose(plugin: string, level: LogLevel, forMs: number, onReturn: () => void): void {
    this.forget(plugin);
    const cancel = this.#clock.after(forMs, () => {
      this.#chosen.delete(plugin);
      onReturn();
    });
    this.#chosen.set(plugin, { level, until: this.#clock.now() + forMs, cancel });
  }

  /** Goes back to the standard level now; says whether there was another. */
  forget(plugin: string): boolean {
    this.#chosen.get(plugin)?.cancel();
    return this.#chosen.delete(plugin);
  }

  close(): void {
    for (const plugin of this.#chosen.keys()) this.forget(plugin);
  }

  #chosenNumber(plugin: string): number | undefined {
    const chosen = this.#chosen.get(plugin);
    return chosen && levelNumbers[chosen.level];
  }

  #hostNumber(): number {
    // levels that the host has invented have numbers in pino only
    const { level, levelVal } = this.#logger as Logger & { readonly levelVal?: unknown };
    return levelNumber(level) ?? (typeof levelVal === 'number' ? levelVal : levelNumbers.info);
  }
}
