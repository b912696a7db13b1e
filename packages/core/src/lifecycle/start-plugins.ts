import type { PluginManifest } from '../manifest/plugin-manifest.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { CrashRecord } from './crash-record.ts';
import type { PluginSupervisor } from './plugin-supervisor.ts';

export interface StartPluginsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long is waited for plugins to come up, in milliseconds. */
  readonly startWaitMs: number;
  /** Knows the plugins that are to start before one. */
  readonly relations: { startsAfter(manifest: PluginManifest): readonly string[] };
  readonly crashRecord: CrashRecord;
}

/**
 * Starts plugins side by side, each after those that it needs; what takes longer than the wait goes on in the background.
 * Those whose last start the process did not survive come last, one after the other, so that the next process knows whose
 * fault it is if that happens again.
 */
export async function startPlugins(
  supervisors: readonly PluginSupervisor[],
  options: StartPluginsOptions,
): Promise<void> {
  const { clock, logger, startWaitMs, relations, crashRecord } = options;
  const suspects = supervisors.filter(({ enabled, release }) => enabled && crashRecord.fatalStarts(release));
  const others = supervisors.filter((supervisor) => !suspects.includes(supervisor));
  if (suspects.length > 0) {
    const plugins = suspects.map(({ plugin }) => plugin);
    logger.warn({ plugins }, 'the process died while these plugins were being started; now they start one by one');
  }
  const started = startInOrder(others, relations).then(() => startOneByOne(suspects));
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

async function startOneByOne(suspects: readonly PluginSupervisor[]): Promise<void> {
  for (const suspect of suspects) await suspect.start();
}

async function startInOrder(
  supervisors: readonly PluginSupervisor[],
  relations: StartPluginsOptions['relations'],
): Promise<void> {
  const byName = new Map(supervisors.map((supervisor) => [supervisor.plugin, supervisor]));
  const starts = new Map<PluginSupervisor, Promise<void>>();
  const ahead = new Set<PluginSupervisor>();
  const begin = (supervisor: PluginSupervisor): Promise<void> => {
    const begun = starts.get(supervisor);
    if (begun) return begun;
    ahead.add(supervisor);
    // in a circle somebody must be the first, to be told of it
    const before = relations
      .startsAfter(supervisor.release.manifest)
      .map((name) => byName.get(name))
      .filter((other) => other !== undefined && !ahead.has(other)) as PluginSupervisor[];
    const start = Promise.all(before.map(begin)).then(() => supervisor.start());
    ahead.delete(supervisor);
    starts.set(supervisor, start);
    return start;
  };
  await Promise.all(supervisors.map(begin));
}
