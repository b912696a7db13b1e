import type { LiveEvent, LiveMetrics, LiveTopic, PluginLogBatch } from '@catalyst-plugins/core/protocol';
import { PluginApiError } from './plugin-api-error.ts';
import { readEventStream, type StreamMessage } from './read-event-stream.ts';

/** Whether changes on the server arrive by themselves; `offline` after an attempt to connect has failed. */
export type ConnectionState = 'connecting' | 'live' | 'offline';

/** What one can hear of: what happens to plugins, their figures once a second, lines of one plugin's log or of all (`log:*`). */
export type FollowTopic = LiveTopic | 'metric' | `log:${string}`;

/** What to hear of, and from when on. */
export interface FollowOptions {
  /** Default: `plugins`, which is what happens to plugins, without their health, tasks and the audit log. */
  readonly topics?: readonly FollowTopic[] | undefined;
  /** The `id` of the last event that is known; without, it begins now. */
  readonly since?: string | undefined;
}

/** New lines of a log. */
export interface LiveLines extends PluginLogBatch {
  /** The plugin, or `*` where all are followed. */
  readonly plugin: string;
}

/** Who wants to hear about plugins. What it throws counts as a broken stream. */
export interface LiveObserver {
  onEvent?(event: LiveEvent): void;
  /** New lines, some at a time; lines are not resumed, so read those after the last one when it is `live` again. */
  onLines?(lines: LiveLines): void;
  /** The figures of this moment: of all plugins at first and after each cut, then of those of which there is something new. */
  onMetrics?(figures: LiveMetrics): void;
  /** Events were missed for good: read everything again. The latest event has this id, where events have one. */
  onReset?(id: string | undefined): void;
  onConnection?(state: ConnectionState): void;
}

/** Opens the stream of the events after one. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** The names under which events arrive that have numbers. */
const numbered: ReadonlySet<string> = new Set(['plugin', 'health', 'task', 'audit']);
/** The server says something every 15 seconds; after three times that, nobody is there any more. */
const silenceMs = 45_000;

/** Keeps a stream of live events open: comes back with growing pauses and resumes where it was. Ends when the returned function is called. */
export function followLiveEvents(open: OpenStream, observer: LiveObserver, since?: string): () => void {
  const follower = new LiveFollower(open, observer, since);
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

  constructor(open: OpenStream, observer: LiveObserver, since: string | undefined) {
    this.#open = open;
    this.#observer = observer;
    this.#lastEventId = since;
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
    const observer = this.#observer;
    if (event === 'reset') observer.onReset?.(id);
    else if (event === 'log') observer.onLines?.(JSON.parse(data) as LiveLines);
    else if (event === 'metric') observer.onMetrics?.(JSON.parse(data) as LiveMetrics);
    else if (numbered.has(event)) observer.onEvent?.(JSON.parse(data) as LiveEvent);
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
