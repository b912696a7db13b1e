import type { FollowTopic } from '../client/follow-live-events.ts';
import { asPluginApiError, type PluginApiError } from '../client/plugin-api-error.ts';
import type { LiveConnection, LiveListener } from './live-connection.ts';
import { runCoalesced } from './run-coalesced.ts';

/** What a follower reads, and whom it tells. */
export interface PageFollowerOptions<Page, Cursor> {
  readonly live: LiveConnection;
  /** What the stream has to carry while somebody looks. */
  readonly topic: FollowTopic;
  /** Hears what the stream brings while somebody looks. */
  readonly listener: LiveListener;
  /** Asks for the page that ends before something; for the latest one without that. */
  readonly read: (before: Cursor | undefined, signal: AbortSignal) => Promise<Page>;
  /** Told of the latest page whenever that was asked for again. */
  readonly onLatest: (page: Page) => void;
  readonly onError: (error: PluginApiError) => void;
}

/** Reads a list of the server page by page, and its latest page again as it grows, while somebody looks at it. */
export class PageFollower<Page, Cursor> {
  /** Asks for the latest page. */
  readonly refresh: () => Promise<void>;
  readonly #options: PageFollowerOptions<Page, Cursor>;
  #lifetime = new AbortController();

  constructor(options: PageFollowerOptions<Page, Cursor>) {
    this.#options = options;
    this.refresh = runCoalesced(async () => {
      const page = await this.read(undefined);
      if (page !== undefined) options.onLatest(page);
    });
  }

  /** Loads the latest page and, if the page is live, what comes, until the returned function is called; may be started again. */
  start(): () => void {
    const lifetime = new AbortController();
    this.#lifetime = lifetime;
    const { live, topic, listener } = this.#options;
    const unwant = live.want(topic);
    const unlisten = live.listen(listener);
    void this.refresh();
    return () => {
      unlisten();
      unwant();
      lifetime.abort();
    };
  }

  /** A page; absent when it could not be had, or nobody looks any more. */
  async read(before: Cursor | undefined): Promise<Page | undefined> {
    const { signal } = this.#lifetime;
    try {
      const page = await this.#options.read(before, signal);
      return signal.aborted ? undefined : page;
    } catch (error) {
      if (!signal.aborted) this.#options.onError(asPluginApiError(error));
      return undefined;
    }
  }
}
