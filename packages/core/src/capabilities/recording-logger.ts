import { levelNumber, levelNumbers, levelOf } from '../ports/log-level.ts';
import type { Logger } from '../ports/logger.ts';
import type { LogLevel } from '../protocol/plugin-log.ts';
import type { LineKeeper } from './line-keeper.ts';

/** Of which logger it is the front, and what its parents add to each line. */
interface Recorded {
  readonly inner: Logger;
  readonly keeper: LineKeeper;
  readonly bindings: string;
  readonly prefix: string;
  /** Whether the logger behind lets everything through, so that it is decided here what is written. */
  readonly isOpen: boolean;
  /** What the plugin has set. */
  level: number | undefined;
}

type ChildOptions = { readonly level?: unknown; readonly msgPrefix?: unknown };
type AnyMethod = (this: unknown, ...words: readonly unknown[]) => void;

const recorded = Symbol('what a recording logger stands in front of');

/** Members that a recording logger has not itself are those of the logger behind it, whatever kind that is. */
const passedOn: object = new Proxy(Object.create(null) as object, {
  get: (_none, member, logger) => (isRecording(logger) ? Reflect.get(logger[recorded].inner, member) : undefined),
  set: (_none, member, value, logger) => isRecording(logger) && Reflect.set(logger[recorded].inner, member, value),
  has: () => false,
});

function isRecording(logger: unknown): logger is RecordingLogger {
  return Object.hasOwn(logger as object, recorded);
}

/** Made for every request, so it is one object with few members. */
class RecordingLogger {
  readonly [recorded]: Recorded;

  constructor(what: Recorded) {
    this[recorded] = what;
  }

  get level(): string {
    const { keeper, level } = this[recorded];
    return levelOf(keeper.keptFrom(level)) ?? 'silent';
  }

  set level(level: string) {
    const number = levelNumber(level);
    if (number === undefined) throw new Error(`unknown level ${level}`);
    this[recorded].level = number;
  }

  isLevelEnabled(level: string): boolean {
    const { keeper, level: own } = this[recorded];
    return (levelNumber(level) ?? -1) >= keeper.keptFrom(own);
  }

  fatal(...words: unknown[]): void {
    write(this[recorded], 'fatal', words);
  }

  error(...words: unknown[]): void {
    write(this[recorded], 'error', words);
  }

  warn(...words: unknown[]): void {
    write(this[recorded], 'warn', words);
  }

  info(...words: unknown[]): void {
    write(this[recorded], 'info', words);
  }

  debug(...words: unknown[]): void {
    write(this[recorded], 'debug', words);
  }

  trace(...words: unknown[]): void {
    write(this[recorded], 'trace', words);
  }

  child(bindings: Record<string, unknown>, options: ChildOptions = {}): Logger {
    const { inner, keeper, bindings: before, prefix, isOpen, level } = this[recorded];
    return loggerOf({
      inner: openChild(inner, bindings, isOpen ? { ...options, level: 'trace' } : options),
      keeper,
      bindings: before + keeper.bindingsText(bindings),
      prefix: typeof options.msgPrefix === 'string' ? prefix + options.msgPrefix : prefix,
      isOpen,
      level: typeof options.level === 'string' ? levelNumber(options.level) : level,
    });
  }
}

Object.setPrototypeOf(RecordingLogger.prototype, passedOn);

function loggerOf(what: Recorded): Logger {
  return new RecordingLogger(what);
}

function openChild(logger: Logger, bindings: Record<string, unknown>, options: object): Logger {
  const parent = logger as { child(bindings: object, options: object): Logger };
  return parent.child(bindings, options);
}

function write(what: Recorded, level: LogLevel, words: unknown[]): void {
  const { inner, keeper, bindings, prefix, isOpen, level: own } = what;
  const number = levelNumbers[level];
  try {
    if (!isOpen || number >= keeper.writtenFrom(own)) (inner[level] as AnyMethod)(...words);
  } finally {
    // what the host's logger chokes on is worth knowing most
    if (number >= keeper.keptFrom(own)) keeper.keep({ level, words, bindings, prefix });
  }
}

/** A child of the host's logger for one generation of a plugin, whose lines are kept too. */
export function recordingChild(logger: Logger, bindings: Record<string, unknown>, keeper: LineKeeper): Logger {
  const inner = openChild(logger, bindings, { level: 'trace' });
  return loggerOf({ inner, keeper, bindings: '', prefix: '', isOpen: true, level: undefined });
}

/** The logger of a request to a plugin: it writes as it did, and its lines are kept too. */
export function recordingLogger<Lines extends Logger>(inner: Lines, keeper: LineKeeper): Lines {
  return loggerOf({ inner, keeper, bindings: '', prefix: '', isOpen: false, level: undefined }) as Lines;
}

/** Keeps what is logged during requests, but for what servers say of each reply: `{ res }` at `info`. */
export function requestKeeper(keeper: LineKeeper): LineKeeper {
  return {
    ...keeper,
    keep(line) {
      const [first] = line.words;
      const isReply = line.level === 'info' && typeof first === 'object' && first !== null && 'res' in first;
      if (!isReply) keeper.keep(line);
    },
  };
}
