import { PluginError } from '../errors/plugin-error.ts';

/** Ends what a registration started; called once, never asynchronous. */
export type Stop = () => void;

/** Releases something that a generation owns. */
export type Disposer = () => void | Promise<void>;

/** Takes one registration back; calling it again does nothing. */
export type Undo = () => void;

/** Which hook made a registration, and so how long it lives: until unload, or until disable. */
export type Phase = 'loaded' | 'enabled';

/** One line of what a scope holds, for people. */
export interface ScopeEntryDescription {
  readonly label: string;
  readonly phase: Phase;
  readonly live: boolean;
}

/** Hears of a stop or disposer that threw; clean-up goes on all the same. */
export type CleanUpFailure = (label: string, error: unknown) => void;

interface Entry {
  readonly label: string;
  readonly phase: Phase;
  readonly start: (() => Stop) | undefined;
  readonly dispose: Disposer | undefined;
  stop: Stop | undefined;
}

/**
 * Everything that one plugin generation registered, each entry with a label and an undo.
 * `whenLive` declares what runs between publish and withdraw, `own` what is released at the end of its phase.
 * Publishing and withdrawing are synchronous, so a whole generation goes on or off in one tick.
 */
export class Scope {
  readonly #plugin: string;
  readonly #onFailure: CleanUpFailure;
  readonly #entries = new Set<Entry>();
  #phase: Phase = 'loaded';
  #live = false;
  #open = true;

  constructor(plugin: string, onFailure: CleanUpFailure) {
    this.#plugin = plugin;
    this.#onFailure = onFailure;
  }

  get isLive(): boolean {
    return this.#live;
  }

  /** From now on registrations belong to the `enabled` phase. */
  beginEnabled(): void {
    this.#phase = 'enabled';
    this.#open = true;
  }

  /** Runs `start` at every publish, and its result at the withdrawal; at once if the scope is live already. */
  whenLive(label: string, start: () => Stop, dispose?: Disposer): Undo {
    return this.#add({ label, phase: this.#phase, start, dispose, stop: undefined });
  }

  /** Releases something when the phase it was opened in ends. */
  own(label: string, dispose: Disposer): Undo {
    return this.#add({ label, phase: this.#phase, start: undefined, dispose, stop: undefined });
  }

  /** Starts every entry; if one throws, those started are stopped and the error is passed on. */
  publish(): void {
    this.#assertOpen();
    if (this.#live) return;
    this.#live = true;
    try {
      for (const entry of this.#entries) startEntry(entry);
    } catch (error) {
      this.withdraw();
      throw error;
    }
  }

  /** Stops every entry, the last one first. */
  withdraw(): void {
    this.#live = false;
    for (const entry of [...this.#entries].toReversed()) this.#stop(entry);
  }

  /** Withdraws, then releases what was registered in the `enabled` phase; takes nothing until it is enabled again. */
  async endEnabled(): Promise<void> {
    // what a disabled plugin registered late would outlive every later disable
    this.#open = false;
    this.withdraw();
    await this.#release((entry) => entry.phase === 'enabled');
  }

  /** Withdraws and releases everything; nothing can be registered afterwards. */
  async dispose(): Promise<void> {
    this.#open = false;
    this.withdraw();
    await this.#release(() => true);
  }

  /** What the scope holds, in the order of registration. */
  describe(): ScopeEntryDescription[] {
    return [...this.#entries].map(({ label, phase, stop }) => ({ label, phase, live: stop !== undefined }));
  }

  #add(entry: Entry): Undo {
    this.#assertOpen();
    this.#entries.add(entry);
    if (this.#live) {
      try {
        startEntry(entry);
      } catch (error) {
        this.#entries.delete(entry);
        throw error;
      }
    }
    return () => {
      if (!this.#entries.delete(entry)) return;
      this.#stop(entry);
      void this.#dispose(entry);
    };
  }

  async #release(belongs: (entry: Entry) => boolean): Promise<void> {
    for (const entry of [...this.#entries].toReversed().filter(belongs)) {
      this.#entries.delete(entry);
      await this.#dispose(entry);
    }
  }

  async #dispose(entry: Entry): Promise<void> {
    try {
      await entry.dispose?.();
    } catch (error) {
      this.#onFailure(entry.label, error);
    }
  }

  #stop(entry: Entry): void {
    const stop = entry.stop;
    entry.stop = undefined;
    try {
      stop?.();
    } catch (error) {
      this.#onFailure(entry.label, error);
    }
  }

  #assertOpen(): void {
    if (this.#open) return;
    throw new PluginError(
      'SCOPE_CLOSED',
      `Plugin "${this.#plugin}" tried to register something after it was disabled or its generation ended.`,
      {
        plugin: this.#plugin,
      },
    );
  }
}

function startEntry(entry: Entry): void {
  if (entry.start && !entry.stop) entry.stop = entry.start();
}
