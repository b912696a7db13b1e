import type { SocketHandler } from '../../ports/socket-gateway.ts';

/** Who handles which type of message; the part that every socket gateway has in common. */
export class SocketSubscriptions {
  readonly #byType = new Map<string, Set<{ readonly handler: SocketHandler }>>();

  /** Adds a handler until the returned function is called; the same function twice is called twice. */
  add(type: string, handler: SocketHandler): () => void {
    const entry = { handler };
    const ofType = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, ofType.add(entry));
    return () => {
      ofType.delete(entry);
      if (ofType.size === 0 && this.#byType.get(type) === ofType) this.#byType.delete(type);
    };
  }

  /** The handlers of a type, in the order they came. */
  of(type: string): SocketHandler[] {
    return [...(this.#byType.get(type) ?? [])].map(({ handler }) => handler);
  }

  /** How many handlers there are, of all types. */
  get count(): number {
    return [...this.#byType.values()].reduce((sum, ofType) => sum + ofType.size, 0);
  }
}
