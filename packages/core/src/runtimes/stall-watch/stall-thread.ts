import type fs from 'node:fs';
import type inspector from 'node:inspector';
import type { MessagePort } from 'node:worker_threads';

/** A call site of the stopped main thread, as V8 counts: lines and columns from 0. */
export interface StoppedSite {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** A stall that is over, as the thread tells of it. */
export interface StallNews {
  readonly ms: number;
  /** What the main thread said about the culprit, as JSON; undefined when it could not be asked. */
  readonly blame: string | undefined;
  /** Whether the thread put an end to it. */
  readonly terminated: boolean;
}

/** What the thread is told when it starts. */
export interface StallThreadData {
  /** Where the main thread beats, and says what it waits for. */
  readonly memory: SharedArrayBuffer;
  readonly reportMs: number;
  /** 0: never. */
  readonly terminateMs: number;
  /** Where it writes who is to blame, for the case that the process does not survive. */
  readonly file: string;
  /** JavaScript whose values are the functions of the main thread that name a culprit, and that fail it. */
  readonly blame: string;
  readonly fail: string;
}

export interface StallThreadModules {
  readonly fs: typeof fs;
  readonly inspector: typeof inspector;
  readonly port: MessagePort;
}

interface Stall {
  /** Milliseconds, on the thread's clock. */
  readonly since: number;
  readonly session: inspector.Session;
  /** Names of the scripts by their ids; call sites do not have them. */
  readonly scripts: Map<string, string>;
  blame: string | undefined;
  /** How often it was looked at. */
  looks: number;
  terminated: boolean;
  /** What the thread does about it at the moment: nothing, waits for the main thread to stop, or looks at it. */
  phase: 'idle' | 'stopping' | 'stopped';
  /** When it was told to stop, or to go a step further. */
  toldAt: number;
  /** How many steps it went since it stopped. */
  steps: number;
  /** When it was to be ended and no code of a plugin was found running; it is left alone for a while then. */
  leftAt: number;
}

/**
 * Watches the main thread from another one. Its source runs as the text of a worker, on versions of Node that read no
 * TypeScript too, so it must not refer to anything outside of itself but types.
 */
export class StallThread {
  // not static: compiled code refers to the class itself by a name outside of it
  readonly #limits = { pollMs: 25, mostLooks: 4, mostSteps: 100, patienceMs: 200, againMs: 200 } as const;
  readonly #data: StallThreadData;
  readonly #modules: StallThreadModules;
  readonly #beats: Int32Array;
  #beat = -1;
  #since = performance.now();
  #polledAt = performance.now();
  #stall: Stall | undefined;
  /** Whether the file is there. */
  #hasBreath = false;

  constructor(data: StallThreadData, modules: StallThreadModules) {
    this.#data = data;
    this.#modules = modules;
    this.#beats = new Int32Array(data.memory, 0, 3);
    setInterval(() => this.#poll(), this.#limits.pollMs);
  }

  #poll(): void {
    const now = performance.now();
    // a machine that kept this thread waiting kept the main thread waiting too
    const late = now - this.#polledAt - this.#limits.pollMs;
    if (late > 100) this.#since += late;
    this.#polledAt = now;
    const beat = Atomics.load(this.#beats, 0);
    const isDebugged = Atomics.load(this.#beats, 1) === 1;
    if (beat !== this.#beat || isDebugged) {
      this.#beat = beat;
      this.#since = now;
      if (this.#stall) this.#end(this.#stall, now);
      if (this.#hasBreath) this.#removeBreath();
      return;
    }
    const ms = now - this.#since;
    if (ms < this.#data.reportMs) return;
    this.#stall ??= this.#begin();
    this.#act(this.#stall);
  }

  #isOver(): boolean {
    const { terminateMs } = this.#data;
    return terminateMs > 0 && performance.now() - this.#since >= terminateMs;
  }

  #begin(): Stall {
    const session = new this.#modules.inspector.Session();
    const scripts = new Map<string, string>();
    const flags = { terminated: false, phase: 'idle', toldAt: 0, steps: 0, leftAt: -Infinity } as const;
    const stall: Stall = {
      since: this.#since,
      session,
      scripts,
      blame: this.#waitsFor(),
      looks: 0,
      ...flags,
    };
    session.connectToMainThread();
    session.on('Debugger.scriptParsed', ({ params }) => void scripts.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => this.#stopped(stall, params.callFrames));
    session.post('Debugger.enable');
    return stall;
  }

  #act(stall: Stall): void {
    const isOver = this.#isOver();
    if (isOver) this.#breathe(stall);
    // a step may lead to where nothing stops
    if (stall.phase === 'stopping' && this.#polledAt - stall.toldAt > this.#limits.patienceMs) this.#pause(stall);
    if (stall.phase !== 'idle' || this.#polledAt - stall.leftAt < this.#limits.againMs) return;
    if (isOver || (stall.blame === undefined && stall.looks < this.#limits.mostLooks)) this.#hold(stall);
  }

  async #look(stall: Stall, sites: readonly StoppedSite[]): Promise<void> {
    stall.looks += 1;
    stall.blame = await this.#ask(stall, this.#data.blame, sites);
  }

  async #terminate(stall: Stall, sites: readonly StoppedSite[]): Promise<void> {
    stall.blame = (await this.#ask(stall, this.#data.blame, sites)) ?? stall.blame;
    this.#breathe(stall);
    if ((await this.#ask(stall, this.#data.fail, sites)) === undefined) {
      stall.leftAt = performance.now();
      return;
    }
    stall.terminated = true;
    this.#tell(stall, 'Runtime.terminateExecution');
  }

  /** Stops the main thread; one that is deep in native code stops when it comes back. */
  #hold(stall: Stall): void {
    stall.phase = 'stopping';
    stall.steps = 0;
    this.#pause(stall);
  }

  #stopped(stall: Stall, frames: readonly inspector.Debugger.CallFrame[]): void {
    // one that is over let go of the main thread
    if (this.#stall !== stall) return;
    // told twice, or it went on meanwhile
    const goesOn = Atomics.load(this.#beats, 0) !== this.#beat;
    if (stall.phase !== 'stopping' || goesOn) return this.#tell(stall, 'Debugger.resume');
    const sites = frames.slice(0, 50).map(({ functionName: name, location }) => {
      const { scriptId, lineNumber: line, columnNumber: column = 0 } = location;
      return { name, url: stall.scripts.get(scriptId) ?? '', line, column };
    });
    // the inside of Node is no place to stop in: it keeps lists that must stay whole
    if (sites[0]?.url.startsWith('node:') === true && stall.steps < this.#limits.mostSteps) {
      stall.steps += 1;
      stall.toldAt = performance.now();
      return this.#tell(stall, sites.length > 1 ? 'Debugger.stepOut' : 'Debugger.stepInto');
    }
    stall.phase = 'stopped';
    // it may have taken so long to stop that a look is not enough any more, and may not stop soon again
    const work = this.#isOver() ? this.#terminate(stall, sites) : this.#look(stall, sites);
    void work.catch(() => undefined).then(() => this.#letGo(stall));
  }

  #letGo(stall: Stall): void {
    stall.phase = 'idle';
    this.#tell(stall, 'Debugger.resume');
    // what goes on after it was ended is another stall
    if (stall.terminated) this.#end(stall, performance.now());
  }

  #pause(stall: Stall): void {
    stall.toldAt = performance.now();
    this.#tell(stall, 'Debugger.pause');
  }

  #tell({ session }: Stall, method: string): void {
    try {
      session.post(method);
    } catch {
      // not connected any more: the stall is over
    }
  }

  /** Calls a function of the main thread, which is stopped. */
  #ask(stall: Stall, called: string, sites: readonly StoppedSite[]): Promise<string | undefined> {
    const expression = `(${called})(${JSON.stringify(sites)})`;
    return new Promise((resolve) => {
      stall.session.post('Runtime.evaluate', { expression, timeout: 2_000 }, (error, answer?: object) => {
        const value: unknown = error ? undefined : (answer as inspector.Runtime.EvaluateReturnType).result.value;
        resolve(typeof value === 'string' ? value : undefined);
      });
    });
  }

  /** Says who is to blame in a file, once, while the main thread cannot. */
  #breathe(stall: Stall): void {
    const blame = (stall.blame ??= this.#waitsFor());
    if (blame === undefined || this.#hasBreath) return;
    this.#hasBreath = true;
    try {
      // in one step: the process may be killed at any moment
      const { fs } = this.#modules;
      fs.writeFileSync(`${this.#data.file}.new`, `{"at":${Date.now()},"blame":${blame}}\n`);
      fs.renameSync(`${this.#data.file}.new`, this.#data.file);
    } catch {
      // the stall itself is the trouble
    }
  }

  /** What the main thread said before it began to wait in native code. */
  #waitsFor(): string | undefined {
    const length = Atomics.load(this.#beats, 2);
    if (length === 0) return undefined;
    return new TextDecoder().decode(new Uint8Array(this.#data.memory, 12, length).slice());
  }

  #end(stall: Stall, now: number): void {
    this.#stall = undefined;
    this.#since = now;
    const news: StallNews = { ms: now - stall.since, blame: stall.blame, terminated: stall.terminated };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, no window
    this.#modules.port.postMessage(news);
    stall.session.post('Debugger.disable', () => stall.session.disconnect());
  }

  #removeBreath(): void {
    this.#hasBreath = false;
    try {
      this.#modules.fs.rmSync(this.#data.file, { force: true });
    } catch {
      // a file that cannot be removed cannot be made either
    }
  }
}
