import type { PluginJournal } from '../lifecycle/plugin-journal.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { LeftBehindRecord } from '../protocol/plugin-summary.ts';
import type { LeftResource } from '../scope/resource-ledger.ts';

/** How many different resources one entry names. */
const namedAtMost = 20;
/** How many entries of a plugin are remembered. */
const remembered = 10;

export interface LeftBehindOptions {
  readonly journal: PluginJournal;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Writes down what plugins had not closed when they were disabled or unloaded, and remembers it for their authors. */
export class LeftBehind {
  readonly #options: LeftBehindOptions;
  readonly #byPlugin = new Map<string, LeftBehindRecord[]>();

  constructor(options: LeftBehindOptions) {
    this.#options = options;
  }

  record(plugin: string, generation: number, left: readonly LeftResource[]): void {
    const { journal, clock, logger } = this.#options;
    const count = left.length;
    const resources = summed(left);
    const data = { generation, count, resources };
    const names = resources.map(({ label, count: times }) => (times === 1 ? label : `${times} × ${label}`)).join(', ');
    logger.warn({ plugin, ...data }, `plugin "${plugin}" left behind: ${names}`);
    journal.note({ plugin, type: 'plugin:left-behind', actor: 'system', data });
    const record = { ...data, at: new Date(clock.now()).toISOString() };
    this.#byPlugin.set(plugin, [...this.of(plugin).toReversed(), record].slice(-remembered));
  }

  /** The records of a plugin, the latest first. */
  of(plugin: string): LeftBehindRecord[] {
    return (this.#byPlugin.get(plugin) ?? []).toReversed();
  }

  forget(plugin: string): void {
    this.#byPlugin.delete(plugin);
  }
}

type Line = LeftBehindRecord['resources'][number];

function summed(left: readonly LeftResource[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { label, closed } of left) {
    const key = `${label}\0${closed}`;
    const known = lines.get(key);
    if (known) lines.set(key, { ...known, count: known.count + 1 });
    else if (lines.size < namedAtMost) lines.set(key, { label, closed, count: 1 });
  }
  return [...lines.values()];
}
