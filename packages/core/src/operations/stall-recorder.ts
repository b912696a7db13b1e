import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { PluginMeters } from './plugin-meters.ts';
import type { EndedStall } from '../runtimes/stall-watch/stall-watch.ts';

/** Stalls of one plugin are written to the audit log once in this time; those in between are counted. */
const auditIntervalMs = 60_000;

/** How often, and for how long, somebody kept the event loop from going on. */
export interface StallSummary {
  /** Since the host started. */
  readonly count: number;
  readonly longestMs: number;
  readonly totalMs: number;
  readonly last: {
    /** Milliseconds since the epoch, when it was over. */
    readonly at: number;
    readonly ms: number;
    /** Call sites, the innermost first; none when nobody could be asked. */
    readonly frames: readonly string[];
  } | null;
}

export interface StallRecorderOptions {
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly meters: PluginMeters;
}

interface Audited {
  readonly at: number;
  /** Stalls that were not written down on their own. */
  readonly since: number;
}

const none: StallSummary = { count: 0, longestMs: 0, totalMs: 0, last: null };

/** Writes down who blocked the event loop, and counts it, for each plugin and for what is no plugin's. */
export class StallRecorder {
  readonly #options: StallRecorderOptions;
  readonly #byPlugin = new Map<string, StallSummary>();
  readonly #audited = new Map<string, Audited>();
  #unattributed = none;

  constructor(options: StallRecorderOptions) {
    this.#options = options;
  }

  /** Stalls of a plugin. */
  of(plugin: string): StallSummary {
    return this.#byPlugin.get(plugin) ?? none;
  }

  /** Stalls that no plugin is to blame for, as far as could be seen. */
  get unattributed(): StallSummary {
    return this.#unattributed;
  }

  record(stall: EndedStall): void {
    const { blame } = stall;
    if (!blame) {
      this.#unattributed = this.#added(this.#unattributed, stall);
      const ms = Math.round(stall.ms);
      this.#options.logger.warn(
        { ms },
        `the event loop stood still for ${ms} ms; no plugin is known to have caused it`,
      );
      return;
    }
    this.#options.meters.of(blame.plugin).stalled(stall.ms);
    this.#byPlugin.set(blame.plugin, this.#added(this.of(blame.plugin), stall));
    // the crash says the rest
    if (!stall.terminated) this.#tell({ ...stall, blame });
  }

  forget(plugin: string): void {
    this.#byPlugin.delete(plugin);
    this.#audited.delete(plugin);
  }

  #added({ count, longestMs, totalMs }: StallSummary, { ms: exact, blame }: EndedStall): StallSummary {
    const ms = Math.round(exact);
    return {
      count: count + 1,
      longestMs: Math.max(longestMs, ms),
      totalMs: totalMs + ms,
      last: { at: this.#options.clock.now(), ms, frames: blame?.frames ?? [] },
    };
  }

  #tell({ ms: exact, blame }: EndedStall & Required<Pick<EndedStall, 'blame'>>): void {
    const { journal, clock, logger } = this.#options;
    if (!blame) return;
    const { plugin, where = null, generation = null, frames } = blame;
    const ms = Math.round(exact);
    const at = where === null ? '' : ` (${where})`;
    const details = { plugin, generation, ms, where, frames };
    logger.error(details, `plugin "${plugin}" blocked the event loop for ${ms} ms${at}`);
    const last = this.#audited.get(plugin);
    const now = clock.now();
    if (last && now - last.at < auditIntervalMs) {
      this.#audited.set(plugin, { ...last, since: last.since + 1 });
      return;
    }
    this.#audited.set(plugin, { at: now, since: 0 });
    const data = { ms, where, generation, ...(last && last.since > 0 ? { stalledBefore: last.since } : {}) };
    journal.note({ plugin, type: 'plugin:stalled', actor: 'system', result: 'failed', data });
  }
}
