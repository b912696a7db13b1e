import type { CommandOrigin } from '../ports/audit-note.ts';
import { levelNumbers } from '../ports/log-level.ts';
import type { LogLevel } from '../protocol/plugin-log.ts';
import type { KeptLine } from './kept-line.ts';

/** Which lines of a plugin. */
export interface LogQuery {
  /** Only lines of this level and of higher ones. */
  readonly level?: LogLevel | undefined;
  /** Only lines with this text in the message or the details, whatever its case. */
  readonly text?: string | undefined;
  /** Only lines with a smaller `seq`, for paging backwards. */
  readonly before?: number | undefined;
  /** Only lines with a larger `seq`; the oldest of them first, for paging forwards. */
  readonly after?: number | undefined;
  /** At most this many; default 100. */
  readonly limit?: number | undefined;
}

/** For how long another level counts, and who says so. */
export interface LogLevelOptions extends CommandOrigin {
  /** In milliseconds; default 15 minutes, at most 24 hours. */
  readonly forMs?: number | undefined;
}

/** Whether a line is one of those that are asked for. */
export function lineFilter({ level = 'trace', text = '', before, after }: LogQuery): (line: KeptLine) => boolean {
  const least = levelNumbers[level];
  const sought = text.toLowerCase();
  return (line) =>
    levelNumbers[line.level] >= least &&
    (before === undefined || line.seq < before) &&
    (after === undefined || line.seq > after) &&
    (sought === '' || line.message.toLowerCase().includes(sought) || line.details.toLowerCase().includes(sought));
}
