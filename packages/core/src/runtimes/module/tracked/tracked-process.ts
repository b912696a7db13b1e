import { takeOpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';

type Event = string | symbol;
type Listener = (...args: unknown[]) => void;

/** A listener of the plugin; the object identifies it in the ledger. */
interface OwnListener {
  readonly event: Event;
  readonly listener: Listener;
}

const adding = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;
const removing = ['off', 'removeListener'] as const;

/** `process` as one generation has it: its listeners are its own and end with it; everything else is the real thing. */
export function trackProcess(ledger: ResourceLedger): NodeJS.Process {
  const own = new Set<OwnListener>();
  const overrides = new Map<string | symbol, unknown>();

  const forget = (entry: OwnListener): void => {
    own.delete(entry);
    ledger.remove(entry);
  };
  for (const method of adding) {
    const add = (event: Event, listener: Listener): NodeJS.Process => {
      ledger.quietly(() => Reflect.apply(process[method], process, [event, listener]));
      const entry = { event, listener };
      own.add(entry);
      const close = (): void => {
        own.delete(entry);
        process.off(event, listener);
      };
      const kind = `listener '${String(event)}' on process`;
      const isOpen = (): boolean => process.listeners(event as NodeJS.Signals).includes(listener);
      ledger.add({ kind, subject: entry, close, isOpen, trace: takeOpeningTrace(add, 2) });
      return facade;
    };
    overrides.set(method, add);
  }
  const remove = (event: Event, listener: Listener): NodeJS.Process => {
    const entry = [...own].findLast((one) => one.event === event && one.listener === listener);
    // what somebody else added is not this plugin's to take away
    if (entry === undefined) return facade;
    forget(entry);
    process.off(event, listener);
    return facade;
  };
  for (const method of removing) overrides.set(method, remove);
  overrides.set('removeAllListeners', (event?: Event): NodeJS.Process => {
    for (const entry of [...own].filter((one) => event === undefined || one.event === event))
      remove(entry.event, entry.listener);
    return facade;
  });

  // a proxy, since nothing else passes on reads and writes of whatever process has
  const facade: NodeJS.Process = new Proxy(process, {
    get: (real, member) => (overrides.has(member) ? overrides.get(member) : (Reflect.get(real, member) as unknown)),
  });
  return facade;
}
