import type { Logger } from '../../ports/logger.ts';
import type { Capability } from '../capability.ts';

/** Lines in the host's log that name plugin and generation. */
export interface LoggerSlice {
  readonly logger: Logger;
}

/** Gives plugins their own child of the host's logger. */
export function pluginLogger(): Capability<LoggerSlice> {
  return { name: 'logger', create: ({ logger }) => ({ logger }) };
}
