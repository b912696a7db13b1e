/** How resources of one type, as async_hooks names it, are told of and ended. */
interface AsyncResourceKind {
  readonly kind: string;
  /** Absent where the resource may be somebody else's, so that it is only reported. */
  readonly close?: (resource: object) => void;
  /** The parts of Node by which code asks for one; those that other parts make are for their own use. */
  readonly askedBy?: RegExp;
}

const timerFunctions = /^node:(?:internal\/)?(?:timers|abort_controller|async_hooks)/;

const closeHandle = (resource: object): void => void call(resource, 'close');

/** The types that keep something running or open. */
const kinds: ReadonlyMap<string, AsyncResourceKind> = new Map<string, AsyncResourceKind>([
  ['Timeout', { kind: 'timer', close: (timer) => clearTimeout(timer as NodeJS.Timeout), askedBy: timerFunctions }],
  [
    'Immediate',
    { kind: 'immediate', close: (timer) => clearImmediate(timer as NodeJS.Immediate), askedBy: timerFunctions },
  ],
  ['TCPSERVERWRAP', { kind: 'tcp server', close: closeOwner }],
  ['PIPESERVERWRAP', { kind: 'pipe server', close: closeOwner }],
  ['UDPWRAP', { kind: 'udp socket', close: closeOwner }],
  ['FSEVENTWRAP', { kind: 'file watcher', close: closeOwner }],
  ['STATWATCHER', { kind: 'file watcher', close: closeHandle }],
  ['PROCESSWRAP', { kind: 'child process', close: (handle) => void call(handle, 'kill', 9) }],
  ['WORKER', { kind: 'worker', close: (handle) => void call(handle, 'stopThread') }],
  ['MESSAGEPORT', { kind: 'message port', close: closeHandle }],
  // the connection may be one of a pool that others use too
  ['TCPWRAP', { kind: 'socket' }],
]);

/** Undefined for what ends by itself: promises, requests, ticks. */
export function kindOfAsyncResource(type: string): AsyncResourceKind | undefined {
  return kinds.get(type);
}

/** The object of Node's public interface that a handle belongs to: the server, socket, watcher or child process. */
export function publicOwnerOf(handle: object): object | undefined {
  const symbol = Object.getOwnPropertySymbols(handle).find(({ description }) => description === 'owner_symbol');
  const owner: unknown = symbol && Reflect.get(handle, symbol);
  return typeof owner === 'object' && owner !== null ? owner : undefined;
}

/** Whether it still does something; the news of its end come late. */
export function isAsyncResourceOpen(resource: object): boolean {
  if (Reflect.get(resource, '_destroyed') === true) return false;
  const owner = publicOwnerOf(resource);
  return owner === undefined || Reflect.get(owner, '_handle') !== null;
}

function closeOwner(handle: object): void {
  const owner = publicOwnerOf(handle) ?? handle;
  call(owner, 'close');
  // of an http server; it would wait for those that are kept alive
  call(owner, 'closeAllConnections');
}

function call(target: object, method: string, ...args: unknown[]): unknown {
  const called: unknown = Reflect.get(target, method);
  return typeof called === 'function' ? Reflect.apply(called, target, args) : undefined;
}
