import type { FastifyInstance } from 'fastify';
import type { Settings } from './settings.ts';

/** How much longer than the plugins the rest of the server may take to end, in milliseconds. */
const restMs = 3_000;

/** What the signals mean for a server that is being started or runs. */
export interface Leaving {
  /** To be told of the server as soon as there is one. */
  serve(app: FastifyInstance): void;
}

/**
 * SIGTERM and SIGINT: says that the server is leaving, waits for load balancers to notice, lets requests end, and exits
 * with 0. A second one, or an end that takes too long, exits with 1 at once. SIGHUP means nothing.
 */
export function leaveOnSignals({ shutdownMs, shutdownDelayMs }: Settings): Leaving {
  let server: FastifyInstance | undefined;
  let isLeaving = false;
  const leave = async (signal: string): Promise<void> => {
    if (isLeaving) process.exit(1);
    isLeaving = true;
    // nothing is served yet, so there is nothing to end
    if (!server) process.exit(0);
    setTimeout(() => process.exit(1), shutdownDelayMs + shutdownMs + restMs).unref();
    server.log.info(`${signal}: draining plugins, then leaving; once more to leave at once`);
    server.plugins.announceStop();
    await new Promise((resolve) => setTimeout(resolve, shutdownDelayMs));
    await server.close();
    process.exit(0);
  };
  const leaveAnyhow = (signal: string): void => {
    leave(signal).catch((error: unknown) => {
      console.error('The end went wrong:', error);
      process.exit(1);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, leaveAnyhow);
  process.on('SIGHUP', () => server?.log.info('SIGHUP is ignored'));
  return { serve: (app) => void (server = app) };
}
