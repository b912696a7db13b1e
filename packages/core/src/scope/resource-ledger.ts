import path from 'node:path';
import { PluginError } from '../errors/plugin-error.ts';
import type { CallOwner } from './call-gate.ts';
import type { OpeningTrace, TraceFrame } from './opening-trace.ts';
import type { CleanUpFailure, Phase } from './scope.ts';

/** Something that plugin code holds open without having told the host: a timer, a server, a process, a listener. */
export interface OpenResource {
  /** For people: `interval`, `http server`, `listener 'SIGTERM' on process`. */
  readonly kind: string;
  /** What identifies it: the object that the code was given. */
  readonly subject: object;
  /** Ends it; absent where ending it could harm somebody else, so that it is only reported. */
  readonly close?: (() => unknown) | undefined;
  /** Whether it still does anything, where it can end without a word. */
  readonly isOpen?: (() => boolean) | undefined;
  readonly trace: OpeningTrace;
  /** Whether it is the plugin's at all, where only the trace can tell; asked when somebody wants to know. */
  readonly belongs?: (() => boolean) | undefined;
}

/** An open resource with the time that it belongs to. */
interface ResourceEntry extends OpenResource {
  readonly phase: Phase;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** What was still open when its time was over. */
export interface LeftResource {
  /** For example `interval at index.js:12`. */
  readonly label: string;
  /** False for what is only reported, and for what would not be closed. */
  readonly closed: boolean;
}

export interface ResourceLedgerOptions {
  readonly owner: CallOwner;
  /** The plugin's folder: labels name places in it. */
  readonly directory: string;
  readonly now: () => number;
  /** In whose context code runs at the moment. */
  readonly currentOwner: () => CallOwner | undefined;
  /** Finds the ledger of an owner; filled by the ledgers themselves. */
  readonly ledgers: WeakMap<CallOwner, ResourceLedger>;
  readonly onFailure: CleanUpFailure;
}

/**
 * What one generation opened without telling the host, so that it can be closed for it.
 * Knows the two phases of a scope: what comes of `onLoad` is closed at unload, everything else at disable.
 * After that the code gets nothing more: what it opens late is closed in the same moment.
 */
export class ResourceLedger {
  /** Whose code runs until `onEnable`, and after `onDisable`. */
  readonly owner: CallOwner;
  readonly #options: ResourceLedgerOptions;
  readonly #entries = new Map<object, ResourceEntry>();
  readonly #packages = new Set<string>();
  #enabledOwner: CallOwner | undefined;
  #ended = false;
  #quiet = 0;

  constructor(options: ResourceLedgerOptions) {
    this.owner = options.owner;
    this.#options = options;
    options.ledgers.set(this.owner, this);
  }

  /** Whether a facade is opening something that it enters itself. */
  get isQuiet(): boolean {
    return this.#quiet > 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** From now on resources belong to the `enabled` phase; returns whose code runs from now on. */
  beginEnabled(): CallOwner {
    // another object each time: what began before a disable is told from what begins after it
    this.#enabledOwner = { ...this.owner };
    this.#options.ledgers.set(this.#enabledOwner, this);
    return this.#enabledOwner;
  }

  /** Enters a resource; when its time is over already it is closed at once, and the result is false. */
  add(resource: OpenResource): boolean {
    const phase = this.#phaseNow();
    if (phase === undefined) {
      this.#refuse(resource);
      return false;
    }
    this.#entries.set(resource.subject, { ...resource, phase, openedAt: this.#options.now() });
    return true;
  }

  /** Takes a resource out that has ended by itself. */
  remove(subject: object): void {
    this.#entries.delete(subject);
  }

  has(subject: object): boolean {
    return this.#entries.has(subject);
  }

  /** Takes out what has ended without a word. */
  sweep(): void {
    for (const [subject, { isOpen }] of this.#entries) if (isOpen?.() === false) this.#entries.delete(subject);
  }

  /** Runs a call that opens what the caller will enter itself. */
  quietly<T>(open: () => T): T {
    this.#quiet += 1;
    try {
      return open();
    } finally {
      this.#quiet -= 1;
    }
  }

  /** Code in this directory counts as the plugin's: a package that it brought or imports. */
  adoptPackage(directory: string): void {
    this.#packages.add(directory);
  }

  /** Whether a file is the plugin's, or a package's that it uses alone. */
  owns(file: string): boolean {
    if (isWithin(this.#options.directory, file)) return true;
    for (const directory of this.#packages) if (isWithin(directory, file)) return true;
    return false;
  }

  /** Closes what was opened since the plugin was enabled; nothing more can be opened until it is enabled again. */
  endEnabled(): LeftResource[] {
    this.#enabledOwner = undefined;
    return this.#closeWhere(({ phase }) => phase === 'enabled');
  }

  /** Closes everything; nothing can be opened afterwards. */
  closeAll(): LeftResource[] {
    this.#ended = true;
    this.#enabledOwner = undefined;
    const left = this.#closeWhere(() => true);
    this.#packages.clear();
    return left;
  }

  #phaseNow(): Phase | undefined {
    if (this.#ended) return undefined;
    const owner = this.#options.currentOwner();
    if (owner !== undefined && owner === this.#enabledOwner) return 'enabled';
    if (owner === this.owner) return 'loaded';
    // an owner of this generation that is neither is one of an enabled time that is over
    if (owner !== undefined && this.#options.ledgers.get(owner) === this) return undefined;
    return this.#enabledOwner === undefined ? 'loaded' : 'enabled';
  }

  #refuse(resource: OpenResource): void {
    const { belongs } = resource;
    if (belongs === undefined) return this.#closeLate(resource);
    // it was noticed while it is still being made
    queueMicrotask(() => {
      if (belongs() && (resource.isOpen?.() ?? true)) this.#closeLate(resource);
    });
  }

  #closeLate(resource: OpenResource): void {
    const { plugin } = this.owner;
    const problem = `Plugin "${plugin}" opened ${this.#labelOf(resource)} after it was disabled or its generation ended; it was closed.`;
    this.#options.onFailure(`opening ${resource.kind}`, new PluginError('SCOPE_CLOSED', problem, { plugin }));
    this.#close(resource);
  }

  #closeWhere(belongs: (entry: ResourceEntry) => boolean): LeftResource[] {
    const ending = [...this.#entries.values()].filter(belongs).toReversed();
    // what turns out to be somebody else's is neither closed nor reported
    const own = ending.filter((entry) => entry.belongs?.() ?? true);
    for (const { subject } of ending) this.#entries.delete(subject);
    const left: LeftResource[] = [];
    for (const entry of own) {
      const isOpen = entry.isOpen?.() ?? true;
      const label = isOpen ? this.#labelOf(entry) : '';
      const closed = this.#close(entry);
      if (isOpen) left.push({ label, closed });
    }
    return left.toReversed();
  }

  #close(resource: OpenResource): boolean {
    if (resource.close === undefined) return false;
    const fail = (error: unknown): void => this.#options.onFailure(`closing ${resource.kind}`, error);
    try {
      const ending = this.quietly(resource.close);
      if (ending instanceof Promise) ending.catch(fail);
      return true;
    } catch (error) {
      fail(error);
      return false;
    }
  }

  /** What an entry is and where it was opened. */
  #labelOf({ kind, trace }: OpenResource): string {
    const frames = trace.frames();
    const frame = frames.find(({ file }) => this.#isAuthors(file)) ?? frames.find(({ file }) => this.owns(file));
    return frame === undefined ? kind : `${kind} at ${this.#place(frame)}`;
  }

  #isAuthors(file: string): boolean {
    return isWithin(this.#options.directory, file) && !file.includes(`${path.sep}node_modules${path.sep}`);
  }

  #place({ file, line }: TraceFrame): string {
    const [plain = '', digest] = file.split('?');
    const inside = isWithin(this.#options.directory, plain);
    const shown = inside ? path.relative(this.#options.directory, plain) : plain.replace(/^.*node_modules[\\/]/, '');
    // without its source any more, a position is not the author's
    return digest === undefined ? `${shown.replaceAll(path.sep, '/')}:${line}` : shown.replaceAll(path.sep, '/');
  }
}

function isWithin(directory: string, file: string): boolean {
  return file.startsWith(directory + path.sep);
}
