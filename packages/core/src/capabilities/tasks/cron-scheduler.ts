import { schedule, validate } from 'node-cron';
import { PluginError } from '../../errors/plugin-error.ts';
import { describeError } from '../../errors/describe-error.ts';
import type { Scheduler } from '../../ports/scheduler.ts';

/** The default scheduler: node-cron on the clock of the machine. */
export function createCronScheduler(): Scheduler {
  return {
    validate(expression, timezone) {
      if (typeof expression !== 'string' || !validate(expression)) {
        throw new PluginError('TASK_INVALID', `${JSON.stringify(expression)} is not a cron expression.`);
      }
      if (timezone !== undefined) assertTimezone(timezone);
    },
    schedule({ expression, timezone, tick }) {
      const task = schedule(expression, tick, timezone === undefined ? {} : { timezone });
      return () => void task.destroy();
    },
  };
}

function assertTimezone(timezone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (cause) {
    throw new PluginError('TASK_INVALID', `"${timezone}" is not a time zone: ${describeError(cause)}`, { cause });
  }
}
