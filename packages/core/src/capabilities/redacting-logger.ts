import { redactValue, type RedactText } from '../errors/redact-value.ts';
import type { Logger, LogMethod } from '../ports/logger.ts';

/** Which secrets may get into no line of the log and into no answer. */
export interface LoggedSecrets {
  /** Whether the plugin has any. */
  has(plugin: string): boolean;
  redact(plugin: string, text: string): string;
}

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

type Level = (typeof levels)[number];

/**
 * A logger that leaves the secrets of a plugin out of its lines. Everything else is that of the logger itself.
 * `isNeeded` says whether there are any, so that lines of other plugins cost nothing.
 */
export function redactingLogger<Lines extends Logger>(
  logger: Lines,
  isNeeded: () => boolean,
  redact: RedactText,
): Lines {
  const { isLevelEnabled } = logger as { isLevelEnabled?: (level: Level) => boolean };
  const write =
    (level: Level): LogMethod =>
    (...words: unknown[]) => {
      // looking through what is not written would be in vain
      if (isLevelEnabled?.call(logger, level) === false) return;
      (logger[level] as (...all: unknown[]) => void)(...(isNeeded() ? words.map(redacted) : words));
    };
  const redacted = (word: unknown): unknown => redactValue(word, redact);
  const methods = Object.fromEntries(levels.map((level) => [level, write(level)]));
  const child = (bindings: Record<string, unknown>, ...rest: unknown[]): Logger => {
    // pino takes options besides
    const parent = logger as { child(...all: unknown[]): Logger };
    return redactingLogger(parent.child(isNeeded() ? redacted(bindings) : bindings, ...rest), isNeeded, redact);
  };
  const replaced: Readonly<Record<PropertyKey, unknown>> = { ...methods, child };
  return new Proxy(logger, {
    get: (target, member) => (Object.hasOwn(replaced, member) ? replaced[member] : Reflect.get(target, member)),
    // the level is set on the logger itself, whose setter knows no other
    set: (target, member, value) => Reflect.set(target, member, value),
  });
}
