import { randomUUID } from 'node:crypto';
import { liveTopics, topicOf } from '../ports/live-topic.ts';
import type { LiveEvent, LiveTopic } from '../protocol/live-event.ts';

/** What a reader who missed events gets: those events, or `undefined` when they are too old to be had. */
export type MissedEvents = readonly LiveEvent[] | undefined;

interface KeptEvents {
  readonly events: LiveEvent[];
  /** Number of the latest that made room. */
  forgotten: number;
}

/** The lifecycle as a numbered stream, with the latest events of each topic kept for readers who come back. */
export class LiveEvents {
  /** Chance, not time: two hosts that start at once, or with a clock that was put back, must not have the same. */
  readonly #boot = randomUUID().slice(0, 8);
  readonly #kept: Readonly<Record<LiveTopic, KeptEvents>>;
  readonly #capacity: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #seq = 0;

  /** Keeps `capacity` events of each topic. `onFailure` hears of readers that threw; the others get the event all the same. */
  constructor(capacity: number, onFailure: (error: unknown) => void) {
    this.#kept = { plugins: nothing(), health: nothing(), task: nothing(), audit: nothing() };
    this.#capacity = capacity;
    this.#onFailure = onFailure;
  }

  /** Number of the latest event; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** Names the latest event, in all processes; there is one before the first, too. */
  get id(): string {
    return this.#idOf(this.#seq);
  }

  /** How many hear it now. */
  get readers(): number {
    return this.#listeners.size;
  }

  publish(event: Omit<LiveEvent, 'id' | 'seq'>): void {
    this.#seq += 1;
    const numbered = { id: this.id, seq: this.#seq, ...event };
    const kept = this.#kept[topicOf(event.type)];
    kept.events.push(numbered);
    if (kept.events.length > this.#capacity) kept.forgotten = kept.events.shift()?.seq ?? 0;
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

  /** Events of some topics after one of this process, named by its number or its id. */
  since(last: number | string, topics: readonly LiveTopic[] = liveTopics): MissedEvents {
    const seq = typeof last === 'number' ? last : this.#seqOf(last);
    const wanted = topics.map((topic) => this.#kept[topic]);
    if (seq === undefined || seq > this.#seq || wanted.some(({ forgotten }) => forgotten > seq)) return undefined;
    const missed = wanted.flatMap(({ events }) => events.filter((event) => event.seq > seq));
    return missed.toSorted((a, b) => a.seq - b.seq);
  }

  #idOf(seq: number): string {
    return `${this.#boot}-${seq}`;
  }

  /** `undefined` for an id that this process has not given. */
  #seqOf(id: string): number | undefined {
    const seq = Number(id.slice(this.#boot.length + 1));
    return seq >= 0 && id === this.#idOf(seq) ? seq : undefined;
  }
}

function nothing(): KeptEvents {
  return { events: [], forgotten: 0 };
}
