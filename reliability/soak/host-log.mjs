import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** From this level on a line is an error. */
const errorLevel = 50;

/** A busy machine may let the process wait for so long; whatever ran then is named. */
const stall = /blocked the event loop for \d+ ms/;

/**
 * The errors in the log of a host: how many there are, how often the event loop stood still, and those that the chaos log
 * does not explain.
 */
export async function readErrors(logFile, chaosLog) {
  const errors = { count: 0, stalls: 0, unexplained: [] };
  for await (const line of createInterface({ input: createReadStream(logFile), crlfDelay: Infinity })) {
    const entry = JSON.parse(line);
    if (entry.level < errorLevel) continue;
    if (stall.test(entry.msg)) {
      errors.stalls += 1;
      continue;
    }
    errors.count += 1;
    if (!chaosLog.explainsError(entry)) errors.unexplained.push(line.slice(0, 500));
  }
  return errors;
}
