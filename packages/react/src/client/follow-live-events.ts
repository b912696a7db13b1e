import type { LiveEvent } from '@catalyst-plugins/core/protocol';
import { PluginApiError } from './plugin-api-error.ts';
import { readEventStream, type StreamMessage } from './read-event-stream.ts';

/** Whether changes on the server arrive by themselves; `offline` after an attempt to connect has failed. */
export type ConnectionState = 'connecting' | 'live' | 'offline';

/** Who wants to hear about plugins. What it throws counts as a broken stream. */
export interface LiveObserver {
  onEvent?(event: LiveEvent): void;
  /** Events were missed for good: read everything again. */
  onReset?(): void;
  onConnection?(state: ConnectionState): void;
}

/** Opens the stream of the events after one. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** The server says something every 15 seconds; after three times that, nobody is there any more. */
const silenceMs = 45_000;

/** Keeps a stream of live events open: comes back with growing pauses and resumes where it was. Ends when the returned function is called. */
export function followLiveEvents(open: OpenStream, observer: LiveObserver): () => void {
  const follower = new LiveFollower(open, observer);
  void follower.run();
  return () => follower.end();
}

class LiveFollower {
  readonly #open: OpenStream;
  readonly #observer: LiveObserver;
  readonly #ended = new AbortController();
  #connection: ConnectionState | undefined;
  #lastEventId: string | undefined;
  #firstPauseMs = firstPauseMs;
  #failures = 0;

  constructor(open: OpenStream, observer: LiveObserver) {
    this.#open = open;
    this.#observer = observer;
  }

  end(): void {
    this.#ended.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#ended;
    this.#announce('connecting');
    while (!signal.aborted) {
      await this.#readUntilBroken(signal);
      if (!signal.aborted) await pause(this.#pauseMs(), signal);
    }
  }

  async #readUntilBroken(ended: AbortSignal): Promise<void> {
    const attempt = new AbortController();
    const cut = (): void => attempt.abort();
    ended.addEventListener('abort', cut);
    let silence = setTimeout(cut, silenceMs);
    const renew = (): void => {
      clearTimeout(silence);
      silence = setTimeout(cut, silenceMs);
    };
    try {
      const body = await this.#open(this.#lastEventId, attempt.signal);
      this.#failures = 0;
      this.#announce('live');
      for await (const message of readEventStream(body, renew)) this.#take(message);
      this.#announce('connecting');
    } catch (error) {
      this.#failures = refusedByRequest(error) ? Number.POSITIVE_INFINITY : this.#failures + 1;
      this.#announce(this.#connection === 'live' ? 'connecting' : 'offline');
    } finally {
      clearTimeout(silence);
      ended.removeEventListener('abort', cut);
    }
  }

  #take({ id, event, data, retry }: StreamMessage): void {
    if (this.#ended.signal.aborted) return;
    if (retry !== undefined) this.#firstPauseMs = retry;
    if (id !== undefined) this.#lastEventId = id;
    if (event === 'plugin') this.#observer.onEvent?.(JSON.parse(data) as LiveEvent);
    else if (event === 'reset') this.#observer.onReset?.();
  }

  #announce(state: ConnectionState): void {
    if (this.#ended.signal.aborted || this.#connection === state) return;
    this.#connection = state;
    this.#observer.onConnection?.(state);
  }

  /** Half of it is chance, so that not all readers of a server that restarts come back at once. */
  #pauseMs(): number {
    const growing = this.#firstPauseMs * 2 ** Math.max(0, this.#failures - 1);
    return Math.min(growing, longestPauseMs) * (0.5 + Math.random() / 2);
  }
}

/** A request that was refused is refused again, until somebody signs in: no hurry. */
function refusedByRequest(error: unknown): boolean {
  return error instanceof PluginApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
