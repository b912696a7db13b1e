import type { LogLevel } from '../protocol/plugin-log.ts';

/** Levels as numbers, the same as pino's. */
export const levelNumbers: Readonly<Record<LogLevel, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

/** All levels, the least first. */
export const logLevels = Object.keys(levelNumbers) as readonly LogLevel[];

/** More than any line has: nothing is let through. */
export const silentNumber = Infinity;

/** The number of a level by name; `silent` lets nothing through. */
export function levelNumber(level: string): number | undefined {
  return level === 'silent' ? silentNumber : levelNumbers[level as LogLevel];
}

/** The level that a number means: the least that lets through no more than it; `undefined` where it lets nothing through. */
export function levelOf(number: number): LogLevel | undefined {
  return logLevels.find((level) => levelNumbers[level] >= number);
}
