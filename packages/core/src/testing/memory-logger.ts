import type { Logger, LogMethod } from '../ports/logger.ts';

/** One written line. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  /** What was logged beside the message, bindings of the child included. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A logger that keeps its lines. */
export interface MemoryLogger extends Logger {
  readonly lines: readonly LogLine[];
}

/** Makes a logger for tests. */
export function createMemoryLogger(): MemoryLogger {
  const lines: LogLine[] = [];
  const create = (bindings: Record<string, unknown>): MemoryLogger => {
    const write =
      (level: string): LogMethod =>
      (first: unknown, ...rest: unknown[]) => {
        const details = typeof first === 'object' && first !== null ? { ...bindings, ...first } : bindings;
        const words = typeof first === 'string' ? [first, ...rest] : rest;
        lines.push({ level, message: words.map(String).join(' '), details });
      };
    const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
    const methods = Object.fromEntries(levels.map((level) => [level, write(level)])) as Record<
      (typeof levels)[number],
      LogMethod
    >;
    return { level: 'trace', lines, ...methods, child: (more) => create({ ...bindings, ...more }) };
  };
  return create({});
}
