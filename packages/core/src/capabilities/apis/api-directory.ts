import { closestName } from '../../manifest/closest-name.ts';
import { PluginError } from '../../errors/plugin-error.ts';
import type { PluginState } from '../../protocol/plugin-state.ts';

/** A call as the provider sees it. */
export interface ApiRequest {
  /** A copy, the provider's to change. */
  readonly params: unknown;
  /** Name of the plugin that calls. */
  readonly caller: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** How long it may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** What answers the calls to one API. */
export interface ExposedApi {
  /** Resolves to a copy of the answer. Rejects with `API_FAILED`, `API_TIMEOUT`, `API_VALUE_INVALID`. */
  answer(request: ApiRequest): Promise<unknown>;
}

/** What a caller must know of the plugin that is to answer. */
export interface ProviderState {
  readonly state: PluginState;
  /** Whether a generation of it is live. */
  readonly isLive: boolean;
}

export interface ApiDirectoryOptions {
  /** `undefined` when there is no such plugin. */
  readonly providerOf: (plugin: string) => ProviderState | undefined;
  /** Calls back whenever a plugin has reached another state, until the returned function is called. */
  readonly onStateChange: (listener: () => void) => () => void;
}

/** States that a live generation may follow without anybody's doing; `active` is left at once after a crash. */
const statesOnTheWay: ReadonlySet<PluginState> = new Set(['loading', 'reloading', 'retrying', 'active']);

/** The APIs of all live generations of one host: during a reload an entry changes hands in one tick. */
export class ApiDirectory {
  readonly #options: ApiDirectoryOptions;
  /** By `plugin/api`; where there are several, the latest answers. */
  readonly #apis = new Map<string, readonly ExposedApi[]>();

  constructor(options: ApiDirectoryOptions) {
    this.#options = options;
  }

  /** Lets an API be called until the returned function is called. */
  put(plugin: string, api: string, exposed: ExposedApi): () => void {
    const key = `${plugin}/${api}`;
    this.#apis.set(key, [...(this.#apis.get(key) ?? []), exposed]);
    return () => {
      const left = this.#apis.get(key)?.filter((other) => other !== exposed) ?? [];
      if (left.length > 0) this.#apis.set(key, left);
      else this.#apis.delete(key);
    };
  }

  /** What answers in this tick; `undefined` while the plugin is on its way. Throws `API_NOT_FOUND`. */
  find(plugin: string, api: string): ExposedApi | undefined {
    const found = this.#apis.get(`${plugin}/${api}`)?.at(-1);
    if (found === undefined && !this.#isOnItsWay(plugin)) throw this.#notFound(plugin, api);
    return found;
  }

  /** Resolves when any plugin has reached another state; rejects when the signal aborts. */
  stateChange(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (): void => {
        stop();
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      const stop = this.#options.onStateChange(end);
      signal.addEventListener('abort', end);
    });
  }

  #isOnItsWay(plugin: string): boolean {
    const provider = this.#options.providerOf(plugin);
    return provider !== undefined && !provider.isLive && statesOnTheWay.has(provider.state);
  }

  #notFound(plugin: string, api: string): PluginError {
    const provider = this.#options.providerOf(plugin);
    const wanted = `the API "${api}" of plugin "${plugin}"`;
    if (!provider) {
      return new PluginError('API_NOT_FOUND', `There is no plugin "${plugin}", so ${wanted} cannot be called.`, {
        plugin,
        hint: 'Install the plugin, and name it under dependencies in plugin.json.',
      });
    }
    if (!provider.isLive) {
      return new PluginError(
        'API_NOT_FOUND',
        `Plugin "${plugin}" is ${provider.state}, so ${wanted} does not answer.`,
        {
          plugin,
          hint: 'Enable the plugin, or read its reason in the admin API.',
        },
      );
    }
    const offered = [...this.#apis.keys()].flatMap((key) =>
      key.startsWith(`${plugin}/`) ? key.slice(plugin.length + 1) : [],
    );
    const guess = closestName(api, offered);
    const list = offered.length > 0 ? `it offers ${offered.map((name) => `"${name}"`).join(', ')}` : 'it offers none';
    return new PluginError('API_NOT_FOUND', `Plugin "${plugin}" has no API "${api}"; ${list}.`, {
      plugin,
      hint: guess === undefined ? undefined : `Did you mean "${guess}"?`,
    });
  }
}
