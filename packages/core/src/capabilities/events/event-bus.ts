/** Hears one event. The bus never waits for it and survives whatever it throws. */
export type EventListener = (data: unknown, event: string) => unknown;

/** Hears of listeners of the host that threw; those of plugins are followed by their call gate. */
export type ListenerFailure = (event: string, error: unknown) => void;

/** The events of one host: plugins, the host application and the lifecycle all speak here. */
export class EventBus {
  readonly #listeners = new Map<string, Set<{ deliver: EventListener }>>();
  readonly #onFailure: ListenerFailure;

  constructor(onFailure: ListenerFailure) {
    this.#onFailure = onFailure;
  }

  /** Delivers the event until the returned function is called. The same function twice is heard twice. */
  on(event: string, deliver: EventListener): () => void {
    const entry = { deliver };
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(entry));
    return () => {
      listeners.delete(entry);
      if (listeners.size === 0 && this.#listeners.get(event) === listeners) this.#listeners.delete(event);
    };
  }

  /** Calls every listener, in the order of registration; returns how many there were. */
  emit(event: string, data?: unknown): number {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    for (const { deliver } of listeners) {
      try {
        const result = deliver(data, event);
        if (result instanceof Promise) result.catch((error: unknown) => this.#onFailure(event, error));
      } catch (error) {
        this.#onFailure(event, error);
      }
    }
    return listeners.length;
  }

  /** How many listeners there are, of one event or of all. */
  listenerCount(event?: string): number {
    if (event !== undefined) return this.#listeners.get(event)?.size ?? 0;
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}
