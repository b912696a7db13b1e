import { createHook, type AsyncHook } from 'node:async_hooks';
import { takeOpeningTrace, type OpeningTrace } from '../scope/opening-trace.ts';
import type { ResourceLedger } from '../scope/resource-ledger.ts';
import { isAsyncResourceOpen, kindOfAsyncResource, publicOwnerOf } from './async-resource-kinds.ts';

/** Finds the ledger of the generation whose code is running, for one host. */
export type LedgerFinder = () => ResourceLedger | undefined;

type Listener = (...args: unknown[]) => void;

interface Tracked {
  readonly ledger: ResourceLedger;
  readonly subject: object;
}

interface Registry {
  readonly finders: Set<LedgerFinder>;
  /** Ends the watching; undefined while no host asks for it. */
  stop: (() => void) | undefined;
}

/** Hooks exist once in a process and cost every request, so hosts (and copies of this package) share one through this key. */
const registryKey = Symbol.for('@catalyst-plugins/core/resource-hook/1');

/** Deep enough to reach from the inside of Node to the code that called it. */
const traceDepth = 20;

/**
 * Enters what any code opens on behalf of a plugin, packages included, into the plugin's ledger; returns the undo.
 * Only what was opened by the plugin's files or packages counts: what the host's own code opens while
 * a plugin calls it, a pool's connection for example, is the host's.
 */
export function trackResourcesOfPackages(finder: LedgerFinder): () => void {
  const holder = globalThis as { [registryKey]?: Registry };
  const registry = (holder[registryKey] ??= { finders: new Set(), stop: undefined });
  registry.finders.add(finder);
  registry.stop ??= startWatching(registry.finders);
  return () => {
    registry.finders.delete(finder);
    if (registry.finders.size > 0) return;
    registry.stop?.();
    registry.stop = undefined;
  };
}

function startWatching(finders: ReadonlySet<LedgerFinder>): () => void {
  // made lazily by Node; inside a plugin's call they would be taken for the plugin's
  void process.stdout;
  void process.stderr;
  const hook = watchHandles(finders).enable();
  const unlisten = watchListeners(finders);
  return () => {
    hook.disable();
    unlisten();
  };
}

function currentLedger(finders: ReadonlySet<LedgerFinder>): ResourceLedger | undefined {
  for (const find of finders) {
    const ledger = find();
    // what a facade opens it enters itself, and knows better
    if (ledger !== undefined) return ledger.isQuiet ? undefined : ledger;
  }
  return undefined;
}

function watchHandles(finders: ReadonlySet<LedgerFinder>): AsyncHook {
  const tracked = new Map<number, Tracked>();
  const callbacks = {
    init: function init(id: number, type: string, _trigger: number, subject: object) {
      const known = kindOfAsyncResource(type);
      if (known === undefined) return;
      const ledger = currentLedger(finders);
      if (ledger === undefined) return;
      const trace = takeOpeningTrace(init, traceDepth);
      const { kind, close, askedBy } = known;
      const belongs = (): boolean => {
        const owner = publicOwnerOf(subject);
        return !(owner && ledger.has(owner)) && isOpenedByPlugin(trace, ledger, askedBy);
      };
      const isOpen = (): boolean => isAsyncResourceOpen(subject);
      const closing = close && ((): void => close(subject));
      if (ledger.add({ kind, subject, close: closing, isOpen, trace, belongs })) tracked.set(id, { ledger, subject });
    },
    destroy: (id: number) => {
      const ended = tracked.get(id);
      if (ended === undefined) return;
      tracked.delete(id);
      ended.ledger.remove(ended.subject);
    },
    // since Node 24; promises are most of what there is, and hold nothing open
    trackPromises: false,
  };
  return createHook(callbacks);
}

function watchListeners(finders: ReadonlySet<LedgerFinder>): () => void {
  const tracked = new WeakMap<Listener, (Tracked & { readonly event: string | symbol })[]>();
  const added = (event: string | symbol, listener: Listener): void => {
    const ledger = currentLedger(finders);
    if (ledger === undefined) return;
    const trace = takeOpeningTrace(added, traceDepth);
    const subject = {};
    const entry = {
      kind: `listener '${String(event)}' on process`,
      subject,
      close: () => process.off(event, listener),
      trace,
      belongs: () => isOpenedByPlugin(trace, ledger),
    };
    if (ledger.add(entry)) tracked.set(listener, [...(tracked.get(listener) ?? []), { ledger, subject, event }]);
  };
  const removed = (event: string | symbol, listener: Listener): void => {
    const entries = tracked.get(listener) ?? [];
    const ended = entries.findLast((entry) => entry.event === event);
    if (ended === undefined) return;
    ended.ledger.remove(ended.subject);
    tracked.set(
      listener,
      entries.filter((entry) => entry !== ended),
    );
  };
  process.on('newListener', added);
  process.on('removeListener', removed);
  return () => {
    process.off('newListener', added);
    process.off('removeListener', removed);
  };
}

/** Whether the nearest code that is not Node's own is the plugin's; the parts of Node that pool for all are nobody's. */
function isOpenedByPlugin(trace: OpeningTrace, ledger: ResourceLedger, askedBy = /^node:/): boolean {
  for (const { file, text } of trace.frames()) {
    // the ports of a worker end with it, and must not end before
    if (file.startsWith('node:internal/deps/') || text.includes('new Worker (')) return false;
    if (file === '' || file === '<anonymous>') continue;
    if (!file.startsWith('node:')) return ledger.owns(file);
    if (!askedBy.test(file)) return false;
  }
  return false;
}
