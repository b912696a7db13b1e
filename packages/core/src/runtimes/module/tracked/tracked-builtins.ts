import { createRequire } from 'node:module';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';
import type { StallWatchAccess } from '../../stall-watch-access.ts';
import type { Namespace } from '../namespace.ts';
import { ResourceTracker } from './resource-tracker.ts';
import {
  trackDgram,
  trackHttp,
  trackHttp2,
  trackHttps,
  trackNet,
  trackTls,
  type Overrides,
} from './tracked-network.ts';
import { trackProcess } from './tracked-process.ts';
import { trackChildProcesses, trackFilePromises, trackFileSystem, trackWorkers } from './tracked-system.ts';
import { trackWaits } from './tracked-waits.ts';
import { trackTimers, type TrackedTimers } from './tracked-timers.ts';

/** The globals that the code of a plugin gets from its generation, as parameters of every file. */
export const scopedGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'process',
] as const;

export type ScopedGlobal = (typeof scopedGlobals)[number];

const trackedModules: ReadonlyMap<string, (tracker: ResourceTracker) => Overrides> = new Map([
  ['net', trackNet],
  ['tls', trackTls],
  ['http', trackHttp],
  ['https', trackHttps],
  ['http2', trackHttp2],
  ['dgram', trackDgram],
  ['fs', trackFileSystem],
  ['fs/promises', trackFilePromises],
  ['worker_threads', trackWorkers],
  ['child_process', trackChildProcesses],
]);

const nodeRequire = createRequire(import.meta.url);

/** The built-ins of Node as one generation has them: what they open is entered into its ledger. */
export class TrackedBuiltins {
  readonly #timers: TrackedTimers;
  readonly #process: NodeJS.Process;
  readonly #tracker: ResourceTracker;
  readonly #stalls: StallWatchAccess | undefined;
  readonly #modules = new Map<string, object>();

  constructor(ledger: ResourceLedger, stalls?: StallWatchAccess) {
    this.#timers = trackTimers(ledger);
    this.#process = trackProcess(ledger);
    this.#tracker = new ResourceTracker(ledger);
    this.#stalls = stalls;
  }

  /** The value of a global in the code of the generation. */
  global(name: ScopedGlobal): unknown {
    return name === 'process' ? this.#process : this.#timers[name];
  }

  /** What `require` gives for a built-in that is tracked. */
  require(specifier: string): object | undefined {
    const name = specifier.replace(/^node:/, '');
    let module = this.#modules.get(name);
    if (module === undefined) {
      module = this.#create(name);
      if (module !== undefined) this.#modules.set(name, module);
    }
    return module;
  }

  /** What `import` gives for a built-in that is tracked. */
  import(specifier: string): Namespace | undefined {
    const module = this.require(specifier);
    return module && Object.defineProperties({ default: module }, withoutDefault(module));
  }

  #create(name: string): object | undefined {
    if (name === 'process') return this.#process;
    if (name === 'timers/promises') return this.#timers.promises;
    if (name === 'timers') return override('timers', { ...this.#timers });
    const track = trackedModules.get(name);
    const waits = name === 'child_process' && this.#stalls ? trackWaits(this.#tracker, this.#stalls) : {};
    return track && override(name, { ...track(this.#tracker), ...waits });
  }
}

/** The real module with some members replaced; what it computes at the first reading (`fs.promises`) stays so. */
function override(name: string, overrides: Overrides): object {
  const real: object = nodeRequire(`node:${name}`);
  const module: object = Object.defineProperties({}, Object.getOwnPropertyDescriptors(real));
  for (const [member, value] of Object.entries(overrides))
    Object.defineProperty(module, member, { value, enumerable: true, writable: true, configurable: true });
  return module;
}

function withoutDefault(module: object): PropertyDescriptorMap {
  const members: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(module);
  delete members['default'];
  return members;
}
