import type { LineKeeper } from '../capabilities/line-keeper.ts';
import { recordingChild } from '../capabilities/recording-logger.ts';
import { levelNumbers, logLevels } from '../ports/log-level.ts';
import type { Logger } from '../ports/logger.ts';

/** Keeps what is written about a plugin, or by a generation of it. */
export type KeeperOf = (plugin: string, generation: number | null) => LineKeeper;

/** The logger of the host, for the parts of the framework: what they write about a plugin is kept with its lines. */
export function hostLogger(logger: Logger, keeperOf: KeeperOf): Logger {
  const methods = logLevels.map((level) => {
    const write = (...words: unknown[]): void => {
      (logger[level] as (...all: unknown[]) => void)(...words);
      const { plugin, generation } = Object(words[0]) as { readonly plugin?: unknown; readonly generation?: unknown };
      if (typeof plugin !== 'string') return;
      const keeper = keeperOf(plugin, numberOrNull(generation));
      if (levelNumbers[level] >= keeper.keptFrom(undefined)) keeper.keep({ level, words, bindings: '', prefix: '' });
    };
    return [level, write] as const;
  });
  const child = (bindings: Record<string, unknown>): Logger => {
    const { plugin, generation } = bindings;
    if (typeof plugin !== 'string') return logger.child(bindings);
    return recordingChild(logger, bindings, keeperOf(plugin, numberOrNull(generation)));
  };
  const replaced: Readonly<Record<PropertyKey, unknown>> = { ...Object.fromEntries(methods), child };
  return new Proxy(logger, {
    get: (target, member) => (Object.hasOwn(replaced, member) ? replaced[member] : Reflect.get(target, member)),
    set: (target, member, value) => Reflect.set(target, member, value),
  });
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
