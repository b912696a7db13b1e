import { PluginError } from '../../errors/plugin-error.ts';

/** So many events may be emitted in the handling of one another; more are plugins that answer each other for ever. */
const deepest = 32;

/** Hears one event. The bus never waits for it and survives whatever it throws. */
export type EventListener = (data: unknown, event: string) => unknown;

/** Hears of listeners of the host that threw; those of plugins are followed by their call gate. */
export type ListenerFailure = (event: string, error: unknown) => void;

/** The events of one host: plugins, the host application and the lifecycle all speak here. */
export class EventBus {
  readonly #listeners = new Map<string, Set<{ deliver: EventListener }>>();
  readonly #onFailure: ListenerFailure;
  /** Events whose listeners are being called, each emitted by a listener of the one before. */
  readonly #handled: string[] = [];

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

  /**
   * Calls every listener, in the order of registration; returns how many there were. Throws `EVENT_TOO_DEEP`, which names
   * the plugin that emits, if any.
   */
  emit(event: string, data?: unknown, plugin?: string): number {
    if (this.#handled.length >= deepest) throw tooDeep(event, this.#handled, plugin);
    return this.announce(event, data);
  }

  /** The same for what has happened and must not be refused. */
  announce(event: string, data?: unknown): number {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    this.#handled.push(event);
    try {
      for (const { deliver } of listeners) this.#deliver(deliver, event, data);
    } finally {
      this.#handled.pop();
    }
    return listeners.length;
  }

  /** How many listeners there are, of one event or of all. */
  listenerCount(event?: string): number {
    if (event !== undefined) return this.#listeners.get(event)?.size ?? 0;
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }

  #deliver(deliver: EventListener, event: string, data: unknown): void {
    try {
      const result = deliver(data, event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#onFailure(event, error));
    } catch (error) {
      this.#onFailure(event, error);
    }
  }
}

function tooDeep(event: string, handled: readonly string[], plugin: string | undefined): PluginError {
  const who = plugin === undefined ? 'The host' : `Plugin "${plugin}"`;
  const last = handled.slice(-4).join(' → ');
  const message = `${who} did not emit "${event}": ${handled.length} events were emitted in the handling of one another already, the last ones … ${last}.`;
  return new PluginError('EVENT_TOO_DEEP', message, { plugin });
}
