import type { LiveEvent } from '../protocol/live-event.ts';

/** What a reader who missed events gets: those events, or `undefined` when they are too old to be had. */
export type MissedEvents = readonly LiveEvent[] | undefined;

/** The lifecycle as a numbered stream, with the latest events kept for readers who come back. */
export class LiveEvents {
  readonly #kept: LiveEvent[] = [];
  readonly #capacity: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #seq = 0;

  /** `onFailure` hears of readers that threw; the others get the event all the same. */
  constructor(capacity: number, onFailure: (error: unknown) => void) {
    this.#capacity = capacity;
    this.#onFailure = onFailure;
  }

  /** Number of the latest event; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** How many hear it now. */
  get readers(): number {
    return this.#listeners.size;
  }

  publish(event: Omit<LiveEvent, 'seq'>): void {
    this.#seq += 1;
    const numbered = { seq: this.#seq, ...event };
    this.#kept.push(numbered);
    if (this.#kept.length > this.#capacity) this.#kept.shift();
    for (const listener of this.#listeners) {
      try {
        listener(numbered);
      } catch (error) {
        this.#onFailure(error);
      }
    }
  }

  /** Hears every event from now on, until the returned function is called. */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Events after the one numbered `seq`. */
  since(seq: number): MissedEvents {
    const oldest = this.#kept[0]?.seq ?? this.#seq + 1;
    if (seq + 1 < oldest || seq > this.#seq) return undefined;
    return this.#kept.filter((event) => event.seq > seq);
  }
}
