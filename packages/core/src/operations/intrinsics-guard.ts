import { EventEmitter } from 'node:events';
import { OutgoingMessage, ServerResponse } from 'node:http';
import type { Refuser } from './process-guard.ts';

/** Members that every program leans on, by the object that holds them. */
const prototypes: readonly (readonly [string, object, readonly string[]])[] = [
  ['Promise.prototype', Promise.prototype, ['then', 'catch', 'finally']],
  [
    'Array.prototype',
    Array.prototype,
    ['push', 'pop', 'shift', 'unshift', 'map', 'filter', 'forEach', 'slice', 'splice', 'concat', 'join', 'includes'],
  ],
  ['EventEmitter.prototype', EventEmitter.prototype, ['on', 'once', 'addListener', 'emit']],
  ['OutgoingMessage.prototype', OutgoingMessage.prototype, ['end', 'write', 'setHeader']],
  ['ServerResponse.prototype', ServerResponse.prototype, ['end', 'write', 'setHeader', 'writeHead']],
];

const globals: readonly string[] = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'structuredClone',
  'fetch',
  'Promise',
  'Object',
  'Array',
  'JSON',
  'Buffer',
  'process',
];

interface Registry {
  readonly refusers: Set<Refuser>;
  isLocked: boolean;
}

/** There is one set of intrinsics for each process, so hosts (and copies of this package) share one lock. */
const registryKey = Symbol.for('@catalyst-plugins/core/intrinsics-guard/1');

/**
 * Keeps plugins from replacing what everybody uses. Cannot be undone for the process: after the returned function was
 * called nobody is refused anything, but the members stay where they are.
 */
export function guardIntrinsics(refuser: Refuser): () => void {
  const holder = globalThis as { [registryKey]?: Registry };
  const registry = (holder[registryKey] ??= { refusers: new Set(), isLocked: false });
  registry.refusers.add(refuser);
  if (!registry.isLocked) {
    registry.isLocked = true;
    lock((what) => {
      for (const refuse of registry.refusers) refuse(what);
    });
  }
  return () => void registry.refusers.delete(refuser);
}

function lock(refuse: Refuser): void {
  for (const [label, holder, members] of prototypes)
    for (const member of members) lockMember(holder, member, `${label}.${member}`, refuse);
  for (const name of globals) fix(globalThis, name);
  for (const name of ['parse', 'stringify']) fix(JSON, name);
  for (const holder of [Object.prototype, Array.prototype, Function.prototype, Promise.prototype])
    Object.preventExtensions(holder);
}

/** An accessor, so that objects below the prototype can still have a member of that name by assignment. */
function lockMember(holder: object, member: string, label: string, refuse: Refuser): void {
  let value: unknown = Reflect.get(holder, member);
  const enumerable = Object.getOwnPropertyDescriptor(holder, member)?.enumerable ?? false;
  Reflect.defineProperty(holder, member, {
    get: () => value,
    set(this: unknown, next: unknown) {
      if (this !== holder) {
        Object.defineProperty(this, member, { value: next, writable: true, enumerable: true, configurable: true });
        return;
      }
      refuse(label);
      value = next;
    },
    enumerable,
    configurable: false,
  });
}

/** Nothing is below these objects, so they need no accessor, which would cost more. */
function fix(holder: object, member: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, member);
  if (descriptor === undefined) return;
  const { enumerable = false } = descriptor;
  const value: unknown = Reflect.get(holder, member);
  Reflect.defineProperty(holder, member, { value, enumerable, writable: false, configurable: false });
}
