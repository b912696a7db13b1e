import type { PluginDetail, PluginSummary } from '@catalyst-plugins/core/protocol';

/** What only the answer about one plugin tells, beside its summary; `rev` says how new it is. */
export type PluginDetails = Pick<
  PluginDetail,
  'manifest' | 'config' | 'configRevision' | 'registrations' | 'releases' | 'leftBehind' | 'retired' | 'rev'
>;

/** When an answer was asked for and had, on a clock that ticks with every question and answer, and how new the host calls it. */
interface Stamp {
  readonly asked: number;
  readonly received: number;
  /** Absent in an empty list. */
  readonly rev: number | undefined;
}

interface PluginRecord {
  readonly summary: PluginSummary;
  readonly stamp: Stamp;
}

interface DetailsRecord {
  readonly details: PluginDetails;
  readonly stamp: Stamp;
}

/** What the server said about plugins; answers may come in any order and the newest wins. */
export class PluginRecords {
  #records: ReadonlyMap<string, PluginRecord> = new Map();
  #details: ReadonlyMap<string, DetailsRecord> = new Map();
  #list: Stamp | undefined;
  #clock = 0;
  /** What was asked before is of a server process that is gone. */
  #restartedAt = 0;

  /** To be called before a question is sent; its answer is taken with the returned number. */
  ask(): number {
    this.#clock += 1;
    return this.#clock;
  }

  /** Takes a list of all plugins; those it lacks are gone, unless they are known from a newer answer. */
  takeList(asked: number, plugins: readonly PluginSummary[]): void {
    const stamp = this.#stamp(asked, plugins[0]?.rev);
    if (!this.#isNewer(stamp, this.#list)) return;
    this.#list = stamp;
    const records = new Map<string, PluginRecord>();
    for (const [name, known] of this.#records) if (!this.#isNewer(stamp, known.stamp)) records.set(name, known);
    for (const summary of plugins) {
      if (!records.has(summary.name)) records.set(summary.name, this.#renewed(summary, stamp));
    }
    this.#records = sortedByName(records);
    this.#details = new Map([...this.#details].filter(([name]) => records.has(name)));
  }

  /** Takes an answer about one plugin: of its summary and its details, whatever is not known newer. */
  takeDetail(asked: number, detail: PluginDetail): void {
    const { manifest, config, configRevision, registrations, releases, leftBehind, retired, ...summary } = detail;
    const { name, rev } = summary;
    const stamp = this.#stamp(asked, rev);
    if (this.#isNewer(stamp, this.#records.get(name)?.stamp ?? this.#list)) {
      this.#records = sortedByName(new Map(this.#records).set(name, this.#renewed(summary, stamp)));
    }
    const known = this.#details.get(name);
    if (!this.#records.has(name) || !this.#isNewer(stamp, known?.stamp)) return;
    const details = kept(known?.details, {
      manifest,
      config,
      configRevision,
      registrations,
      releases,
      leftBehind,
      retired,
      rev,
    });
    this.#details = new Map(this.#details).set(name, { details, stamp });
  }

  /** All plugins by name. */
  summaries(): readonly PluginSummary[] {
    return [...this.#records.values()].map(({ summary }) => summary);
  }

  details(name: string): PluginDetails | undefined {
    return this.#details.get(name)?.details;
  }

  #renewed(summary: PluginSummary, stamp: Stamp): PluginRecord {
    return { summary: kept(this.#records.get(summary.name)?.summary, summary), stamp };
  }

  #stamp(asked: number, rev: number | undefined): Stamp {
    this.#clock += 1;
    return { asked, received: this.#clock, rev };
  }

  #isNewer(answer: Stamp, known: Stamp | undefined): boolean {
    if (answer.asked < this.#restartedAt) return false;
    if (!known) return true;
    if (answer.asked > known.received) {
      // asked when the other was known already, so only a server that counts from the start again says less
      if (revsGained(known, answer) < 0) this.#restartedAt = answer.asked;
      return true;
    }
    return (revsGained(known, answer) || answer.asked - known.asked) > 0;
  }
}

/** By how many revisions an answer is ahead; 0 when one of the two does not say. */
function revsGained({ rev: before }: Stamp, { rev: after }: Stamp): number {
  return before === undefined || after === undefined ? 0 : after - before;
}

/** Keeps the known object when nothing but the revision is new, so that what shows it need not render. */
function kept<Value extends { readonly rev: number }>(known: Value | undefined, value: Value): Value {
  return known && JSON.stringify({ ...known, rev: 0 }) === JSON.stringify({ ...value, rev: 0 }) ? known : value;
}

function sortedByName(records: ReadonlyMap<string, PluginRecord>): ReadonlyMap<string, PluginRecord> {
  return new Map([...records].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
