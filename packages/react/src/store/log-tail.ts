import type { LogLevel, PluginLogLine, PluginLogPage } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PluginApiError } from '../client/plugin-api-error.ts';
import { PageFollower } from './page-follower.ts';
import type { PluginStore } from './plugin-store.ts';
import type { LoadStatus } from './plugin-store-state.ts';

/** Which lines are wanted. */
export interface LogTailQuery {
  /** Only lines of this level and of higher ones. */
  readonly level?: LogLevel | undefined;
  /** Only lines with this text in the message or the details, whatever its case. */
  readonly text?: string | undefined;
  /** How many lines to load at a time; default 500, 2,000 at most, which is also how many are kept. */
  readonly limit?: number | undefined;
}

/** The lines of a log that are shown. */
export interface LogTailState {
  /** The oldest first. */
  readonly lines: readonly PluginLogLine[];
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Whether the server has older lines that fit. */
  readonly hasOlder: boolean;
  readonly isPaused: boolean;
  /** Lines that came while it was paused; they show when it resumes. */
  readonly waiting: number;
  /** Lines that came too fast to be passed on. */
  readonly dropped: number;
}

/** What can be done to a log that is followed; the functions are the same ones at every render. */
export interface LogTailActions {
  /** Lets what is shown stand still. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Shows nothing of what has been so far. */
  readonly clear: () => void;
  readonly loadOlder: () => Promise<void>;
  readonly refresh: () => Promise<void>;
}

const nothing: LogTailState = {
  lines: [],
  status: 'loading',
  error: undefined,
  hasOlder: false,
  isPaused: false,
  waiting: 0,
  dropped: 0,
};
const mostLines = 2_000;
const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** The end of a plugin's log, which grows while somebody looks. */
export class LogTail {
  readonly state: Pick<StoreApi<LogTailState>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly actions: LogTailActions;
  /** Loads the end of the log and, if the page is live, what comes, until the returned function is called. */
  readonly start: () => () => void;
  readonly #state = createStore<LogTailState>()(() => nothing);
  readonly #follower: PageFollower<PluginLogPage, number>;
  readonly #query: LogTailQuery;
  /** Came while it was paused, or before the first page. */
  #waiting: readonly PluginLogLine[] = [];
  #isLoaded = false;
  /** Of the newest line that is shown, waits or was cleared away. */
  #lastSeq = -1;

  constructor({ client, live }: PluginStore, name: string, query: LogTailQuery) {
    this.state = this.#state;
    this.#query = query;
    const { level, text = '' } = query;
    const wanted = { level, text: text === '' ? undefined : text, limit: Math.min(query.limit ?? 500, mostLines) };
    const follower = new PageFollower<PluginLogPage, number>({
      live,
      topic: `log:${name}`,
      listener: {
        onLines: ({ plugin, lines, dropped }) => {
          if (plugin === name) this.#take(lines, dropped);
        },
        // lines in between were told to nobody
        onOpen: () => void follower.refresh(),
      },
      read: (before, signal) => client.logs(name, { ...wanted, before, signal }),
      onLatest: (page) => this.#takeLatest(page),
      onError: (error) => this.#state.setState({ status: 'error', error }),
    });
    this.#follower = follower;
    this.start = () => follower.start();
    this.actions = {
      pause: () => this.#state.setState({ isPaused: true }),
      resume: () => {
        const waiting = this.#waiting;
        this.#waiting = [];
        this.#state.setState({ isPaused: false, waiting: 0 });
        if (waiting.length > 0) this.#show(waiting);
      },
      clear: () => {
        this.#waiting = [];
        this.#state.setState({ lines: [], waiting: 0, hasOlder: false });
      },
      loadOlder: () => this.#loadOlder(),
      refresh: follower.refresh,
    };
  }

  #takeLatest(page: PluginLogPage): void {
    const newest = seqOf(page.lines.at(-1));
    const isFirst = !this.#isLoaded;
    // the host has started again and counts from the beginning, or more was missed than one page
    const isApart = newest < this.#lastSeq || (page.hasMore && seqOf(page.lines[0]) > this.#lastSeq);
    this.#isLoaded = true;
    this.#state.setState({ status: 'ready', error: undefined });
    if (!isFirst && !isApart) return this.#take(page.lines, 0);
    // lines that came before the first page are as new as it or newer
    const early = isFirst ? this.#waiting : [];
    this.#waiting = [];
    this.#lastSeq = newest;
    this.#state.setState({ lines: page.lines, hasOlder: page.hasMore, waiting: 0 });
    this.#take(early, 0);
  }

  async #loadOlder(): Promise<void> {
    const before = this.#state.getState().lines[0]?.seq;
    if (before === undefined) return;
    const page = await this.#follower.read(before);
    const { lines } = this.#state.getState();
    if (!page || lines[0]?.seq !== before) return;
    this.#state.setState({ lines: [...page.lines, ...lines], hasOlder: page.hasMore, error: undefined });
  }

  #take(lines: readonly PluginLogLine[], dropped: number): void {
    const { isPaused, dropped: before } = this.#state.getState();
    if (dropped > 0) this.#state.setState({ dropped: before + dropped });
    const fresh = lines.filter((line) => line.seq > this.#lastSeq && this.#fits(line));
    if (fresh.length === 0) return;
    if (this.#isLoaded && !isPaused) return this.#show(fresh);
    if (this.#isLoaded) this.#lastSeq = seqOf(fresh.at(-1));
    this.#waiting = [...this.#waiting, ...fresh].slice(-mostLines);
    if (isPaused) this.#state.setState({ waiting: this.#waiting.length });
  }

  #show(fresh: readonly PluginLogLine[]): void {
    const { lines, hasOlder } = this.#state.getState();
    const all = [...lines, ...fresh];
    const kept = all.slice(-mostLines);
    this.#lastSeq = seqOf(kept.at(-1));
    this.#state.setState({ lines: kept, hasOlder: hasOlder || kept.length < all.length });
  }

  /** As the server decides it for those that it is asked for. */
  #fits({ level, message, details }: PluginLogLine): boolean {
    const sought = (this.#query.text ?? '').toLowerCase();
    return (
      levels.indexOf(level) >= levels.indexOf(this.#query.level ?? 'trace') &&
      (sought === '' || `${message}\n${JSON.stringify(details)}`.toLowerCase().includes(sought))
    );
  }
}

function seqOf(line: PluginLogLine | undefined): number {
  return line?.seq ?? -1;
}
