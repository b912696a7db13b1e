/**
 * What was done to plugins and when, so that each answer can be explained by it. A period says that from one time to
 * another a plugin may answer with a status that it must not have at other times; a surer one that it must.
 */
export class ChaosLog {
  #periods = new Map();
  #faults = [];
  counts = {};

  /**
   * Notes that from now on the plugin may answer with this status; returns what to call when that is over. A request
   * that overlaps the period in part may have been answered before or after it.
   */
  may(plugin, status) {
    return this.#open(plugin, { status, isCertain: false });
  }

  /** Notes that from now on the plugin answers with nothing but this status. */
  must(plugin, status) {
    return this.#open(plugin, { status, isCertain: true });
  }

  /** Notes that from now on the host may write errors about the plugin; returns what to call when that is over. */
  breaks(plugin) {
    const fault = { plugin, from: Date.now(), to: Infinity };
    this.#faults.push(fault);
    return () => (fault.to = Date.now());
  }

  /** Whether an error in the log of the host came of something that was done. */
  explainsError({ plugin, time }) {
    return this.#faults.some((fault) => fault.plugin === plugin && fault.from <= time && fault.to >= time);
  }

  count(act) {
    this.counts[act] = (this.counts[act] ?? 0) + 1;
  }

  /** Whether an answer is one that there had to be, one that may be, or neither. */
  explain(plugin, { status, sentAt, answeredAt }) {
    const periods = (this.#periods.get(plugin) ?? []).filter(({ from, to }) => from <= answeredAt && to >= sentAt);
    const isForced = periods.some((period) => period.isCertain && period.from <= sentAt && period.to >= answeredAt);
    if (status === 200) return isForced ? 'unexplained' : 'right';
    return periods.some((period) => period.status === status) ? 'explained' : 'unexplained';
  }

  #open(plugin, members) {
    const period = { ...members, from: performance.now(), to: Infinity };
    const periods = this.#periods.get(plugin) ?? [];
    // requests take seconds at the most, so older periods explain nothing any more
    this.#periods.set(plugin, [...periods.filter(({ to }) => to > period.from - 120_000), period]);
    return () => (period.to = performance.now());
  }
}
