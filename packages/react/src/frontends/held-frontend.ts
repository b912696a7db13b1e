import type { PluginFrontend } from '@catalyst-plugins/core/protocol';
import { FrontendError, reasonOf } from './frontend-error.ts';
import { loadFrontend, type LoadedFrontend } from './load-frontend.ts';

/** How the frontend of one plugin is on this page. */
export interface FrontendStatus {
  readonly plugin: string;
  readonly displayName: string;
  readonly version: string;
  /** `off` when it was turned off on this page. */
  readonly status: 'loading' | 'ready' | 'failed' | 'off';
  /** Why it failed. */
  readonly error: FrontendError | undefined;
}

/** The frontend of one plugin: the release that is on the page, and the one that is on its way there. */
export class HeldFrontend {
  readonly #onChange: () => void;
  #listed: PluginFrontend;
  #loaded: LoadedFrontend | undefined;
  #error: FrontendError | undefined;
  #isOff = false;
  #attempt = 0;
  /** Grows whenever something else is wanted; what was begun before does not count any more. */
  #turn = 0;

  constructor(listed: PluginFrontend, onChange: () => void) {
    this.#listed = listed;
    this.#onChange = onChange;
    void this.#load();
  }

  get loaded(): LoadedFrontend | undefined {
    return this.#loaded;
  }

  get status(): FrontendStatus {
    const { plugin, displayName, version } = this.#listed;
    const status = this.#isOff ? 'off' : this.#error ? 'failed' : this.#loaded ? 'ready' : 'loading';
    return { plugin, displayName, version, status, error: this.#error };
  }

  /** Takes what the server lists now; another release replaces the one on the page as soon as it is loaded. */
  offer(listed: PluginFrontend): void {
    const isOther = listed.hash !== this.#listed.hash;
    this.#listed = listed;
    if (!isOther || this.#isOff) return;
    this.#attempt = 0;
    void this.#load();
  }

  /** Loads it once more after it failed. */
  retry(): void {
    this.#attempt += 1;
    this.#error = undefined;
    void this.#load();
  }

  /** Takes it off this page until it is turned on, or the page is loaded anew. */
  turnOff(): void {
    this.#isOff = true;
    this.drop();
  }

  turnOn(): void {
    if (!this.#isOff) return;
    this.#isOff = false;
    void this.#load();
  }

  /** Takes it off the page. */
  drop(): void {
    this.#turn += 1;
    this.#replace(undefined, undefined);
  }

  async #load(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#onChange();
    try {
      const loaded = await loadFrontend(this.#listed, this.#attempt);
      if (turn === this.#turn) this.#replace(loaded, undefined);
      else loaded.removeStyles();
    } catch (error) {
      if (turn === this.#turn) this.#replace(undefined, this.#asFrontendError(error));
    }
  }

  #replace(loaded: LoadedFrontend | undefined, error: FrontendError | undefined): void {
    const before = this.#loaded;
    this.#loaded = loaded;
    this.#error = error;
    this.#onChange();
    if (before) leave(before);
  }

  #asFrontendError(error: unknown): FrontendError {
    if (error instanceof FrontendError) return error;
    const detail = reasonOf(error);
    return new FrontendError(this.#listed.plugin, 'evaluation', detail, { cause: error, detail });
  }
}

/** Brings a frontend onto the page and keeps it there; tells whenever something about it is different. */
export function holdFrontend(listed: PluginFrontend, onChange: () => void): HeldFrontend {
  return new HeldFrontend(listed, onChange);
}

export type HoldFrontend = typeof holdFrontend;

/** Lets a frontend clean up once its views have left the page. */
function leave({ onUnload, removeStyles }: LoadedFrontend): void {
  setTimeout(async () => {
    removeStyles();
    try {
      await onUnload?.();
    } catch (error) {
      // nobody waits for it; whoever watches the errors of the page is told
      reportError(error);
    }
  });
}
