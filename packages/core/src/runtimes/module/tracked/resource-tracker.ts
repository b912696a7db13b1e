import type { EventEmitter } from 'node:events';
import { takeOpeningTrace, type OpeningTrace } from '../../../scope/opening-trace.ts';
import type { ResourceLedger } from '../../../scope/resource-ledger.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- stands for functions and classes of Node with any parameters
export type AnyCallable = (this: any, ...args: any[]) => any;
// oxlint-disable-next-line typescript/no-explicit-any -- as above
export type AnyClass = abstract new (...args: any[]) => any;

/** Calls of the author's code to look through for its file; facades are called by it directly. */
const traceDepth = 4;

/** A resource that tells by events when it begins and ends. */
interface EventfulResource {
  readonly kind: string;
  readonly subject: EventEmitter;
  /** The event after which it is open; open already when absent. */
  readonly begins?: string;
  readonly ends: readonly string[];
  readonly close: () => unknown;
  readonly isOpen?: () => boolean;
  readonly trace: OpeningTrace;
}

/** What the facades of built-in modules have in common: entering what they open into the ledger of a generation. */
export class ResourceTracker {
  readonly ledger: ResourceLedger;

  constructor(ledger: ResourceLedger) {
    this.ledger = ledger;
  }

  /** Enters a resource from the time it begins until it ends. */
  follow({ kind, subject, begins, ends, close, isOpen, trace }: EventfulResource): void {
    const enter = (): void => {
      if (this.ledger.has(subject)) return;
      if (!this.ledger.add({ kind, subject, close, isOpen, trace })) return;
      for (const event of ends) subject.once(event, () => this.ledger.remove(subject));
    };
    if (begins === undefined) enter();
    else subject.on(begins, enter);
  }

  /** A function like the real one that hands its result on before it returns it. */
  function<Real extends AnyCallable>(
    real: Real,
    opened: (result: ReturnType<Real>, trace: OpeningTrace) => void,
  ): Real {
    const { ledger } = this;
    const facade = function (this: unknown, ...args: Parameters<Real>): ReturnType<Real> {
      const result: ReturnType<Real> = ledger.quietly(() => Reflect.apply(real, this, args));
      opened(result, takeOpeningTrace(facade, traceDepth));
      return result;
    };
    return copyMembers(facade, real) as Real;
  }

  /** A class like the real one, with the same prototype, that hands its objects on before it returns them. */
  class<Real extends AnyClass>(real: Real, opened: (made: InstanceType<Real>, trace: OpeningTrace) => void): Real {
    const { ledger } = this;
    const facade: AnyCallable = function (this: unknown, ...args: unknown[]) {
      const made: InstanceType<Real> = ledger.quietly(() => {
        // some of these classes of Node may be called without new, by themselves or by those who inherit from them
        if (new.target === undefined) return Reflect.apply(real as unknown as AnyCallable, this, args) ?? this;
        // subclasses come with themselves as target
        const isSubclass = new.target !== (facade as unknown);
        return Reflect.construct(real, args, isSubclass ? (new.target as unknown as Real) : real);
      });
      opened(made, takeOpeningTrace(facade, traceDepth));
      return made;
    };
    copyMembers(facade, real);
    Object.defineProperty(facade, 'prototype', { value: real.prototype });
    return facade as unknown as Real;
  }
}

function copyMembers(facade: AnyCallable, real: AnyCallable | AnyClass): AnyCallable {
  Object.setPrototypeOf(facade, real);
  for (const member of ['name', 'length'])
    Object.defineProperty(facade, member, { value: Reflect.get(real, member), configurable: true });
  return facade;
}
