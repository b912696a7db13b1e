import type { AuditLogEntry } from '@catalyst-plugins/core/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PluginApiError } from '../client/plugin-api-error.ts';
import type { AuditQuery } from '../client/request-options.ts';
import { PageFollower } from './page-follower.ts';
import type { PluginStore } from './plugin-store.ts';
import type { LoadStatus } from './plugin-store-state.ts';

/** Which entries are wanted; `limit` is how many a page has. */
export type AuditPagesQuery = Omit<AuditQuery, 'before'>;

/** The entries of the audit log that are shown. */
export interface AuditPagesState {
  /** The latest first. */
  readonly entries: readonly AuditLogEntry[];
  readonly status: LoadStatus;
  readonly error: PluginApiError | undefined;
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
}

/** What can be done with entries that are shown; the functions are the same ones at every render. */
export interface AuditPagesActions {
  /** Loads another page of older ones. */
  readonly loadMore: () => Promise<void>;
  readonly refresh: () => Promise<void>;
}

const nothing: AuditPagesState = {
  entries: [],
  status: 'loading',
  error: undefined,
  hasMore: false,
  isLoadingMore: false,
};
const defaultLimit = 50;

/** Entries of the audit log, page by page; new ones come by themselves. */
export class AuditPages {
  readonly state: Pick<StoreApi<AuditPagesState>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly actions: AuditPagesActions;
  /** Loads the latest and, if the page is live, what comes, until the returned function is called. */
  readonly start: () => () => void;
  readonly #state = createStore<AuditPagesState>()(() => nothing);
  readonly #follower: PageFollower<readonly AuditLogEntry[], string>;
  readonly #limit: number;

  constructor({ client, live }: PluginStore, query: AuditPagesQuery) {
    this.state = this.#state;
    this.#limit = query.limit ?? defaultLimit;
    const follower = new PageFollower<readonly AuditLogEntry[], string>({
      live,
      topic: 'audit',
      listener: {
        onChange: (plugin, type) => {
          const isNews = type === undefined || type === 'plugin:audit';
          if (isNews && (query.plugin === undefined || plugin === query.plugin)) void follower.refresh();
        },
        onStale: () => void follower.refresh(),
      },
      read: (before, signal) => client.audit({ ...query, limit: this.#limit, before, signal }),
      onLatest: (page) => this.#takeLatest(page),
      onError: (error) => this.#state.setState({ status: 'error', error }),
    });
    this.#follower = follower;
    this.start = () => follower.start();
    this.actions = { loadMore: () => this.#loadMore(), refresh: follower.refresh };
  }

  #takeLatest(page: readonly AuditLogEntry[]): void {
    const { entries, hasMore } = this.#state.getState();
    const oldest = page.at(-1)?.id;
    const at = entries.findIndex(({ id }) => id === oldest);
    const isSame = entries[0]?.id === page[0]?.id && at === page.length - 1;
    if (isSame) return this.#state.setState({ status: 'ready', error: undefined });
    // without an entry in common there may be others between
    const older = at < 0 ? [] : entries.slice(at + 1);
    const isFull = page.length >= this.#limit;
    this.#state.setState({
      entries: [...page, ...older],
      status: 'ready',
      error: undefined,
      hasMore: at < 0 ? isFull : hasMore,
    });
  }

  async #loadMore(): Promise<void> {
    const { entries, isLoadingMore } = this.#state.getState();
    const before = entries.at(-1)?.id;
    if (isLoadingMore || before === undefined) return;
    this.#state.setState({ isLoadingMore: true });
    const page = await this.#follower.read(before);
    const present = this.#state.getState().entries;
    if (!page || present.at(-1)?.id !== before) return this.#state.setState({ isLoadingMore: false });
    this.#state.setState({ entries: [...present, ...page], hasMore: page.length >= this.#limit, isLoadingMore: false });
  }
}
