import { setTimeout as sleep } from 'node:timers/promises';
import { PluginError } from '../errors/plugin-error.ts';
import { findCode } from '../lifecycle/plugin-crash.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { Logger } from '../ports/logger.ts';
import type { StallWatchAccess } from '../runtimes/stall-watch-access.ts';
import { StallWatch, type StallBlame } from '../runtimes/stall-watch/stall-watch.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import type { PluginCrashes } from './plugin-crashes.ts';
import { blameFor, blameFrames } from './stall-blame.ts';
import type { StallRecorder } from './stall-recorder.ts';
import { stackFrames } from './stack-frames.ts';

export interface PluginStallsOptions {
  readonly reportMs: number;
  readonly terminateMs: number | false;
  /** Where word of a culprit is left that the process did not survive. */
  readonly file: string;
  readonly registry: PluginRegistry;
  readonly crashes: PluginCrashes;
  readonly recorder: StallRecorder;
  readonly logger: Logger;
}

/** Finds the plugin that blocks the event loop, and fails it when it goes on for too long. */
export class PluginStalls {
  readonly #options: PluginStallsOptions;
  readonly #watch: StallWatch;

  constructor(options: PluginStallsOptions) {
    const { recorder, registry, logger, crashes } = options;
    this.#options = options;
    this.#watch = new StallWatch({
      reportMs: options.reportMs,
      terminateMs: options.terminateMs,
      blame: (sites) => blameFor(sites, { registry, attribution: crashes.attribution }),
      fail: (blame) => this.#fail(blame),
      onEnd: (stall) => recorder.record(stall),
      onFailure: (err) => logger.error({ err }, 'the watch over the event loop failed; stalls are not seen any more'),
    });
  }

  /** What the code of plugins runs with. */
  readonly access: StallWatchAccess = {
    ownTurn: () => sleep(0),
    wait: (owner, call) => this.#wait(owner, call),
  };

  start(): void {
    this.#watch.start(this.#options.file);
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  /** Runs in the middle of the plugin's code, so it does what cannot wait, and the rest in a turn of its own. */
  #fail(blame: StallBlame): void {
    const { crashes, registry, terminateMs } = this.#options;
    const { plugin, where } = blame;
    const at = where === undefined ? '' : ` (${where})`;
    const message = `Plugin "${plugin}" blocked the event loop for ${terminateMs} ms and was ended${at}.`;
    const thrown = new PluginError('PLUGIN_STALLED', message, { plugin });
    thrown.stack = [`${thrown.name}: ${message}`, ...blame.frames.map((frame) => `    ${frame}`)].join('\n');
    crashes.attribution.exit(() => {
      findCode(registry.get(plugin)?.running ?? [], blame)?.withdraw?.();
      setTimeout(() => crashes.stalled(plugin, { ...blame, thrown, origin: 'stall' }), 0);
    });
  }

  #wait<T>(owner: CallOwner, call: () => T): T {
    const { registry } = this.#options;
    const blame = blameFrames(stackFrames(new Error('waits')), registry, owner);
    return blame ? this.#watch.wait(blame, call) : call();
  }
}
