import { Cron } from 'croner';
import { describeError } from '../../errors/describe-error.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { JobTimes } from '../../ports/scheduler.ts';

const fullNames: ReadonlySet<string> = new Set(
  (
    'january february march april june july august september october november december ' +
    'sunday monday tuesday wednesday thursday friday saturday'
  ).split(' '),
);
/** A range that goes over the end of an hour, a day, a month. */
const wrappedRange = /(?<![\d/-])(\d{1,2})-(\d{1,2})(?![\d/-])/g;
/** The lowest and the highest number of a field, from the last field to the first. */
const bounds: readonly (readonly [number, number])[] = [
  [0, 6],
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 59],
];

/** The times that a cron expression names. */
export interface CronTimes {
  /** The first one after a moment, both in milliseconds since the epoch; `undefined` when there is none. */
  next(after: number): number | undefined;
}

/** Reads an expression. Throws `TASK_INVALID` when it cannot be read, when its time never comes, or without such a time zone. */
export function readCronTimes({ expression, timezone }: JobTimes): CronTimes {
  const cron = read(expression, timezone ?? machineTimezone());
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
}

/** The time zone of tasks that name none. */
export function machineTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function read(expression: unknown, timezone: unknown): Cron {
  const shown = JSON.stringify(expression);
  if (typeof expression !== 'string' || !isShaped(expression))
    throw new PluginError('TASK_INVALID', `${shown} is not a cron expression.`);
  assertTimezone(timezone);
  let cron: Cron;
  try {
    // a day of the month and a day of the week are to be met both
    const rules = { domAndDow: true, fixedTimeRule: 'no-wildcard', mode: '5-or-6-parts' } as const;
    cron = new Cron(croners(expression), { ...rules, timezone, paused: true });
  } catch (cause) {
    throw new PluginError('TASK_INVALID', `${shown} is not a cron expression: ${describeError(cause)}`, { cause });
  }
  if (cron.nextRun() === null)
    throw new PluginError('TASK_INVALID', `${shown} is a cron expression whose time never comes.`);
  return cron;
}

/** croner takes dates too. */
function isShaped(expression: string): boolean {
  const { length } = expression.trim().split(/\s+/);
  return expression.length <= 1_000 && (length === 5 || length === 6 || /^\s*@[a-z]+\s*$/i.test(expression));
}

/** The expression as croner reads it: without full names, and without ranges that go over an end. */
function croners(expression: string): string {
  const short = (word: string): string => (fullNames.has(word.toLowerCase()) ? word.slice(0, 3) : word);
  const fields = expression
    .trim()
    .replace(/[a-z]{4,}/gi, short)
    .split(/\s+/);
  return fields.map((field, index) => unwrapped(field, bounds[fields.length - 1 - index])).join(' ');
}

function unwrapped(field: string, [lowest, highest]: readonly [number, number] = [0, 0]): string {
  return field.replace(wrappedRange, (range, from: string, to: string) =>
    Number(from) > Number(to) && Number(from) <= highest ? `${from}-${highest},${lowest}-${to}` : range,
  );
}

function assertTimezone(timezone: unknown): asserts timezone is string {
  try {
    if (typeof timezone !== 'string') throw new TypeError('it is not a text');
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (cause) {
    const message = `${JSON.stringify(timezone)} is not a time zone: ${describeError(cause)}`;
    throw new PluginError('TASK_INVALID', message, { cause });
  }
}
