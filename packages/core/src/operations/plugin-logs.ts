import { PluginError } from '../errors/plugin-error.ts';
import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import { giverOf, type CommandGiver } from '../ports/audit-note.ts';
import { levelNumbers } from '../ports/log-level.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type {
  LogLevel,
  PluginErrorGroup,
  PluginLogBatch,
  PluginLogLevel,
  PluginLogPage,
} from '../protocol/plugin-log.ts';
import type { PluginOperation } from '../protocol/plugin-operation.ts';
import { hostLogger, type KeeperOf } from './host-logger.ts';
import { readLine, type KeptLine } from './kept-line.ts';
import { logFailure } from './log-failure.ts';
import { LogLevels } from './log-levels.ts';
import { lineFilter, type LogLevelOptions, type LogQuery } from './log-query.ts';
import { LogTail } from './log-tail.ts';
import { PluginLines } from './plugin-lines.ts';

const standardMs = 15 * 60_000;
const longestMs = 24 * 60 * 60_000;
const mostLines = 100;

/** How much of the log is kept of each plugin. */
export interface KeptLogs {
  readonly lines: number;
  readonly bytes: number;
}

export interface PluginLogsOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly keptLogs: KeptLogs;
  /** A text without the secrets of a plugin. */
  readonly redact: (plugin: string, text: string) => string;
  /** Where code of a plugin runs from. */
  readonly directories: (plugin: string) => readonly string[];
  readonly isKnown: (plugin: string) => boolean;
  /** Where it stands who changed a level. */
  readonly journal: () => PluginJournal;
}

/** The latest lines of each plugin, its level, its errors, and those who follow. */
export class PluginLogs {
  /** The logger of the host for the framework, which keeps what is written about plugins. */
  readonly logger: Logger;
  readonly #options: PluginLogsOptions;
  readonly #levels: LogLevels;
  readonly #lines = new Map<string, PluginLines>();
  readonly #tails = new Map<LogTail, string | undefined>();
  #seq = 0;

  constructor(options: PluginLogsOptions) {
    this.#options = options;
    this.#levels = new LogLevels(options.clock, options.logger);
    this.logger = hostLogger(options.logger, this.keeperOf);
  }

  readonly keeperOf: KeeperOf = (plugin, generation) => this.#linesOf(plugin).keeper(generation);

  /** Keeps how a command on a plugin went, which is not in the host's log. */
  noteOperation({ plugin, kind, actor, status, error, id }: PluginOperation): void {
    const [level, outcome] = error ? (['error', `failed: ${error.message}`] as const) : (['info', status] as const);
    const keeper = this.keeperOf(plugin, null);
    if (levelNumbers[level] < keeper.keptFrom(undefined)) return;
    const details = { operation: id, ...(error ? { code: error.code } : {}) };
    keeper.keep({ level, words: [details, `${kind} by ${actor}: ${outcome}`], bindings: '', prefix: '' });
  }

  read(name: string, query: LogQuery = {}): PluginLogPage {
    this.#assertKnown(name);
    const { after, limit = mostLines } = query;
    const lines = this.#lines.get(name);
    const found = lines?.all().filter(lineFilter(query)) ?? [];
    const wanted = after === undefined ? found.slice(-limit) : found.slice(0, limit);
    const page = limit > 0 ? wanted : [];
    return { lines: page.map(readLine), hasMore: found.length > page.length, dropped: lines?.dropped ?? 0 };
  }

  follow(name: string | undefined, listener: (batch: PluginLogBatch) => void): () => void {
    const { clock, logger } = this.#options;
    const onFailure = (err: unknown): void => logFailure(logger, { err }, 'a reader of the log failed');
    const tail = new LogTail({ clock, listener, onFailure });
    this.#tails.set(tail, name);
    return () => {
      this.#tails.delete(tail);
      tail.end();
    };
  }

  level(name: string): PluginLogLevel {
    this.#assertKnown(name);
    return this.#levels.describe(name);
  }

  setLevel(name: string, level: LogLevel | null, { forMs = standardMs, ...origin }: LogLevelOptions = {}) {
    const by = giverOf(origin);
    this.#assertKnown(name);
    if (level === null) {
      if (this.#levels.forget(name)) this.#tellLevel(name, by);
      return this.#levels.describe(name);
    }
    if (!Object.hasOwn(levelNumbers, level))
      throw new PluginError(
        'REQUEST_INVALID',
        `There is no level "${level}"; levels are trace, debug, info, warn, error, fatal.`,
      );
    if (!(forMs >= 1 && forMs <= longestMs))
      throw new PluginError('REQUEST_INVALID', `A level can be set for 1 to ${longestMs} ms.`);
    this.#levels.choose(name, level, forMs, () => this.#tellLevel(name, { actor: 'system' }));
    this.#tellLevel(name, by);
    return this.#levels.describe(name);
  }

  errors(name: string): PluginErrorGroup[] {
    this.#assertKnown(name);
    return this.#lines.get(name)?.errors() ?? [];
  }

  forget(plugin: string): void {
    this.#lines.delete(plugin);
    this.#levels.forget(plugin);
  }

  /** Levels do not go back and readers hear nothing any more. */
  close(): void {
    this.#levels.close();
    for (const tail of this.#tails.keys()) tail.end();
    this.#tails.clear();
  }

  #tellLevel(plugin: string, by: CommandGiver): void {
    const { level, until } = this.#levels.describe(plugin);
    this.#options.journal().note({ plugin, type: 'plugin:log-level', ...by, data: { level, until } });
  }

  #linesOf(plugin: string): PluginLines {
    const known = this.#lines.get(plugin);
    if (known) return known;
    const { keptLogs, redact, clock, directories } = this.#options;
    const lines = new PluginLines({
      plugin,
      bounds: keptLogs,
      levels: this.#levels,
      redact: (text) => redact(plugin, text),
      now: () => clock.now(),
      nextSeq: () => (this.#seq += 1),
      directories: () => directories(plugin),
      onLine: (line) => this.#passOn(line),
    });
    this.#lines.set(plugin, lines);
    return lines;
  }

  #passOn(line: KeptLine): void {
    for (const [tail, plugin] of this.#tails) if (plugin === undefined || plugin === line.plugin) tail.add(line);
  }

  #assertKnown(name: string): void {
    if (this.#options.isKnown(name)) return;
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  }
}
