import { constants, PerformanceObserver } from 'node:perf_hooks';

/** Counts the full garbage collections of the process while somebody wants to know; watching has a price. */
export class MajorCollections {
  #count = 0;
  #observer: PerformanceObserver | undefined;

  get count(): number {
    return this.#count;
  }

  /** Begins to count, unless it does already; `onCollected` is called after each collection. */
  watch(onCollected: () => void): void {
    if (this.#observer) return;
    this.#observer = new PerformanceObserver((list) => {
      const major = list.getEntries().filter((entry) => isMajor(Reflect.get(entry, 'detail')));
      if (major.length === 0) return;
      this.#count += major.length;
      onCollected();
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  unwatch(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
  }
}

function isMajor(detail: unknown): boolean {
  return (
    typeof detail === 'object' && detail !== null && Reflect.get(detail, 'kind') === constants.NODE_PERFORMANCE_GC_MAJOR
  );
}
