import type { Logger } from '../../ports/logger.ts';
import type { Capability } from '../capability.ts';
import { redactingLogger, type LoggedSecrets } from '../redacting-logger.ts';

/** Lines in the host's log that name plugin and generation. */
export interface LoggerSlice {
  readonly logger: Logger;
}

/** Gives plugins their own child of the host's logger, which leaves out the secrets of their settings. */
export function pluginLogger(secrets: LoggedSecrets): Capability<LoggerSlice> {
  return {
    name: 'logger',
    create: ({ logger, release: { plugin } }) => {
      const isNeeded = (): boolean => secrets.has(plugin);
      return { logger: redactingLogger(logger, isNeeded, (text) => secrets.redact(plugin, text)) };
    },
  };
}
