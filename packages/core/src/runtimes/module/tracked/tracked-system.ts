import childProcess, { type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { promisify } from 'node:util';
import workerThreads, { type Worker } from 'node:worker_threads';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import { iterateUntilClosed, type SignalOptions } from './ending-signal.ts';
import type { AnyCallable, ResourceTracker } from './resource-tracker.ts';
import type { Overrides } from './tracked-network.ts';

export function trackFileSystem(tracker: ResourceTracker): Overrides {
  return {
    watch: tracker.function(fs.watch as AnyCallable, (subject: fs.FSWatcher, trace) =>
      tracker.follow({ kind: 'file watcher', subject, ends: ['close'], close: () => subject.close(), trace }),
    ),
    ...trackFileWatching(tracker),
    promises: { ...fsPromises, ...trackFilePromises(tracker) },
  };
}

/** Its `watch` opens nothing before the first step, and ends by a signal. */
export function trackFilePromises({ ledger }: ResourceTracker): Overrides {
  const watch = (file: string, options?: SignalOptions): AsyncIterator<unknown> => {
    const trace = takeOpeningTrace(watch, 2);
    const start = (all: SignalOptions | undefined) => fsPromises.watch(file, all);
    return iterateUntilClosed(ledger, { kind: 'file watcher', trace, options, start });
  };
  return { watch };
}

interface FileListener {
  readonly file: string;
  readonly listener: AnyCallable;
}

/** `watchFile` gives one watcher for all who watch a file, so what is tracked is the listener. */
function trackFileWatching({ ledger }: ResourceTracker): Overrides {
  const own = new Set<FileListener>();
  const watchFile = (file: fs.PathLike, ...rest: unknown[]): fs.StatWatcher => {
    const watcher: fs.StatWatcher = ledger.quietly(() => Reflect.apply(fs.watchFile, fs, [file, ...rest]));
    const listener = rest.at(-1) as AnyCallable;
    const subject = { file: String(file), listener };
    own.add(subject);
    const close = (): void => {
      own.delete(subject);
      fs.unwatchFile(file, listener);
    };
    ledger.add({ kind: 'file watcher', subject, close, trace: takeOpeningTrace(watchFile, 2) });
    return watcher;
  };
  const unwatchFile = (file: fs.PathLike, listener?: AnyCallable): void => {
    for (const entry of own) {
      if (entry.file !== String(file) || (listener !== undefined && entry.listener !== listener)) continue;
      own.delete(entry);
      ledger.remove(entry);
      fs.unwatchFile(file, entry.listener);
    }
  };
  return { watchFile, unwatchFile };
}

export function trackWorkers(tracker: ResourceTracker): Overrides {
  return {
    Worker: tracker.class(workerThreads.Worker, (worker: Worker, trace) =>
      tracker.follow({
        kind: 'worker',
        subject: worker,
        ends: ['exit'],
        close: () => worker.terminate().then(() => undefined),
        trace,
      }),
    ),
  };
}

/** Functions of `node:child_process` that start a process and do not wait for its end. */
const starting = ['spawn', 'fork', 'exec', 'execFile'] as const;

export function trackChildProcesses(tracker: ResourceTracker): Overrides {
  const opened = (child: ChildProcess, trace: OpeningTrace): void => {
    // without an id it was not started; detached ones are meant to outlive those who start them
    if (child.pid === undefined) return;
    const kind = `child process ${child.spawnfile}`;
    const isOpen = (): boolean => child.exitCode === null && child.signalCode === null && !child.killed;
    tracker.follow({ kind, subject: child, ends: ['exit'], close: () => child.kill('SIGKILL'), isOpen, trace });
  };
  const overrides: Record<string, unknown> = {};
  for (const name of starting) {
    const real: AnyCallable = childProcess[name];
    const facade = tracker.function(real, opened);
    const promised: unknown = Reflect.get(real, promisify.custom);
    if (typeof promised === 'function') {
      const value = tracker.function(promised as AnyCallable, (result: { child: ChildProcess }, trace) =>
        opened(result.child, trace),
      );
      Object.defineProperty(facade, promisify.custom, { value });
    }
    overrides[name] = name === 'spawn' ? sparingDetached(facade, real) : facade;
  }
  return overrides;
}

function sparingDetached(facade: AnyCallable, real: AnyCallable): AnyCallable {
  return (...args: unknown[]) => {
    const isDetached = args.some(
      (arg) => typeof arg === 'object' && arg !== null && Reflect.get(arg, 'detached') === true,
    );
    return Reflect.apply(isDetached ? real : facade, undefined, args) as unknown;
  };
}
