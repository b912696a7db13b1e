import inspector from 'node:inspector';
import { isMainThread, Worker } from 'node:worker_threads';
import { clearAsyncIds } from './clear-async-ids.ts';
import { StallThread, type StallNews, type StallThreadData, type StoppedSite } from './stall-thread.ts';

/** Who keeps the event loop from going on. */
export interface StallBlame {
  readonly plugin: string;
  /** Of the generation whose code runs; undefined when only the stack is known. */
  readonly generation: number | undefined;
  /** The directory of the plugin that the stack names. */
  readonly directory: string | undefined;
  /** Of the release whose code runs. */
  readonly digest: string | undefined;
  /** The first position of the plugin on the stack, as `index.js:3:20`. */
  readonly where: string | undefined;
  /** Call sites, the innermost first. */
  readonly frames: readonly string[];
}

/** A stall that is over. */
export interface EndedStall {
  readonly ms: number;
  /** Undefined when it was no plugin's, or when nobody could tell. */
  readonly blame: StallBlame | undefined;
  /** Whether it was put an end to; otherwise it ended by itself. */
  readonly terminated: boolean;
}

export interface StallWatchOptions {
  /** How long the event loop must stand still until somebody asks why, in milliseconds. */
  readonly reportMs: number;
  /** How long until the code that runs is ended, in milliseconds; `false`: never. */
  readonly terminateMs: number | false;
  /** Says whose code runs at these call sites, or for whom, which are those of the code that called it. */
  readonly blame: (sites: readonly StoppedSite[]) => StallBlame | undefined;
  /** Takes the culprit off; its code does not go on after this returns. */
  readonly fail: (blame: StallBlame) => void;
  readonly onEnd: (stall: EndedStall) => void;
  readonly onFailure: (error: unknown) => void;
}

type Asked = (sites: readonly StoppedSite[]) => string | undefined;

/** The thread reaches the functions of its host by a number under this key of the global object. */
const registryKey = Symbol.for('@catalyst-plugins/core/stall-watch/1');

const beatMs = 25;
const memoryBytes = 16 * 1024;

/** Watches the event loop of this process from a thread of its own: it names who blocks it, and can put an end to that. */
export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #memory = new SharedArrayBuffer(memoryBytes);
  readonly #beats = new Int32Array(this.#memory, 0, 3);
  #worker: Worker | undefined;
  #heart: NodeJS.Timeout | undefined;
  #unregister: (() => void) | undefined;

  constructor(options: StallWatchOptions) {
    this.#options = options;
  }

  /** Starts the thread; `file` is where it leaves word of a culprit that the process did not survive. */
  start(file: string): void {
    // of all threads only the main one can be stopped from another
    if (this.#worker || !isMainThread) return;
    const { reportMs, terminateMs, onFailure } = this.#options;
    const { number, unregister } = register({ blame: this.#blame, fail: this.#fail });
    this.#unregister = unregister;
    const asked = `globalThis[Symbol.for(${JSON.stringify(registryKey.description)})].get(${number})`;
    const workerData: StallThreadData = {
      memory: this.#memory,
      reportMs,
      terminateMs: terminateMs === false ? 0 : terminateMs,
      file,
      blame: `${asked}.blame`,
      fail: `${asked}.fail`,
    };
    this.#worker = new Worker(threadText, { eval: true, workerData, env: {}, execArgv: [], name: 'stall watch' });
    this.#worker.unref();
    this.#worker.on('message', (news: StallNews) => this.#hear(news));
    this.#worker.on('error', onFailure);
    this.#heart = setInterval(() => this.#tick(), beatMs).unref();
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    clearInterval(this.#heart);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#unregister?.();
  }

  /** Waits in native code for somebody, where nobody can be asked who it is. */
  wait<T>(blame: StallBlame, call: () => T): T {
    const text = Buffer.from(JSON.stringify(blame));
    const short = text.length > memoryBytes - 12 ? Buffer.from(JSON.stringify({ ...blame, frames: [] })) : text;
    new Uint8Array(this.#memory, 12).set(short);
    Atomics.store(this.#beats, 2, short.length);
    try {
      return call();
    } finally {
      Atomics.store(this.#beats, 2, 0);
    }
  }

  #tick(): void {
    Atomics.add(this.#beats, 0, 1);
    // a person who stopped at a breakpoint blocks nothing
    Atomics.store(this.#beats, 1, inspector.url() === undefined ? 0 : 1);
  }

  readonly #blame: Asked = (sites) => {
    const blame = this.#options.blame(sites);
    return blame && JSON.stringify(blame);
  };

  readonly #fail: Asked = (sites) => {
    const blame = this.#options.blame(sites);
    // ending what others do for a plugin would leave their work half done for everybody
    if (blame?.where === undefined || inspector.url() !== undefined) return undefined;
    this.#options.fail(blame);
    clearAsyncIds();
    return 'failed';
  };

  #hear({ ms, blame, terminated }: StallNews): void {
    this.#options.onEnd({ ms, blame: blame === undefined ? undefined : (JSON.parse(blame) as StallBlame), terminated });
  }
}

const threadText = `
const { parentPort, workerData } = require('node:worker_threads');
const modules = { fs: require('node:fs'), inspector: require('node:inspector'), port: parentPort };
new (${StallThread.toString()})(workerData, modules);
`;

interface AskedFunctions {
  readonly blame: Asked;
  readonly fail: Asked;
}

function register(functions: AskedFunctions): { readonly number: number; readonly unregister: () => void } {
  const holder = globalThis as { [registryKey]?: Map<number, AskedFunctions> };
  const registry = (holder[registryKey] ??= new Map());
  const number = Math.max(0, ...registry.keys()) + 1;
  registry.set(number, functions);
  return { number, unregister: () => void registry.delete(number) };
}
