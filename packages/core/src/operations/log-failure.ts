import { describeError } from '../errors/describe-error.ts';
import type { Logger } from '../ports/logger.ts';

/** Writes an error line. Loggers that choke on what was thrown (pino does on frozen errors) get its description instead. */
export function logFailure(
  logger: Logger,
  { err, ...details }: { err: unknown } & Record<string, unknown>,
  message: string,
): void {
  try {
    logger.error({ ...details, err }, message);
  } catch {
    logger.error({ ...details, error: describeError(err) }, message);
  }
}
