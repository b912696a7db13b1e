import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';
import type { HostFigures } from '../protocol/plugin-metrics.ts';

/** How often the event loop is looked at, in milliseconds; a delay shorter than this is not seen. */
const delayResolutionMs = 20;

/** Looks at the process that a host runs in. */
export class ProcessFigures {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: delayResolutionMs });
  #last: HostFigures['eventLoop']['delay'] = null;

  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** Ends a span of time: the delays in it are what is told from now on. */
  endSpan(): void {
    const { count, mean, max } = this.#delay;
    if (count > 0) {
      const lateMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - delayResolutionMs);
      const p99Ms = lateMs(this.#delay.percentile(99));
      this.#last = { meanMs: lateMs(mean), p99Ms, maxMs: lateMs(max) };
    }
    this.#delay.reset();
  }

  read(): Pick<HostFigures, 'memory' | 'eventLoop'> {
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    const { active, idle } = performance.eventLoopUtilization();
    return {
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal },
      eventLoop: { activeMs: active, idleMs: idle, delay: this.#last },
    };
  }
}
