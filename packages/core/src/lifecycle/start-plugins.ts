import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';

export interface StartPluginsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long is waited for plugins to come up, in milliseconds. */
  readonly startWaitMs: number;
}

/** Starts plugins side by side; those that take longer than the wait go on in the background. */
export async function startPlugins(
  supervisors: readonly PluginSupervisor[],
  { clock, logger, startWaitMs }: StartPluginsOptions,
): Promise<void> {
  const started = Promise.all(supervisors.map((supervisor) => supervisor.start()));
  let cancel = (): void => undefined;
  const waitedEnough = new Promise<'late'>((resolve) => {
    cancel = clock.after(startWaitMs, () => resolve('late'));
  });
  const result = await Promise.race([started, waitedEnough]);
  cancel();
  if (result !== 'late') return;
  const late = supervisors.filter(({ state }) => state === 'loading').map(({ plugin }) => plugin);
  logger.warn({ plugins: late }, 'some plugins are still loading; they go live when they are ready');
}
