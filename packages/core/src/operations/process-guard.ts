import { refuseEmits } from './uncaught-errors.ts';

/** Says of whose code asks for something that harms everybody in the process, and throws when it is a plugin's. */
export type Refuser = (what: string) => void;

type Member = (this: unknown, ...args: unknown[]) => unknown;

/** Members of `process` that no plugin has a reason to call. */
const refused = [
  'exit',
  'reallyExit',
  'abort',
  'chdir',
  'setuid',
  'setgid',
  'seteuid',
  'setegid',
  'setgroups',
  'initgroups',
  'removeAllListeners',
  '_getActiveHandles',
  '_getActiveRequests',
] as const;

/** Refused when they aim at the process itself. */
const killing = ['kill', '_kill'] as const;

interface Registry {
  readonly refusers: Set<Refuser>;
  /** Puts the members back; undefined while nobody asks for the guard. */
  restore: (() => void) | undefined;
}

/** `process` exists once, so hosts (and copies of this package) share one guard through this key. */
const registryKey = Symbol.for('@catalyst-plugins/core/process-guard/1');

/** Has a refuser asked before code does something to the whole process; returns the undo. */
export function guardProcess(refuser: Refuser): () => void {
  const holder = globalThis as { [registryKey]?: Registry };
  const registry = (holder[registryKey] ??= { refusers: new Set(), restore: undefined });
  registry.refusers.add(refuser);
  registry.restore ??= install((what) => {
    for (const refuse of registry.refusers) refuse(what);
  });
  const allowEmits = refuseEmits((event) => refuser(`process.emit('${event}')`));
  return () => {
    allowEmits();
    registry.refusers.delete(refuser);
    if (registry.refusers.size > 0) return;
    registry.restore?.();
    registry.restore = undefined;
  };
}

function install(refuse: Refuser): () => void {
  const undos = [
    ...refused.map((name) => replace(name, () => refuse(`process.${name}`))),
    ...killing.map((name) =>
      replace(name, ([pid, signal]) => {
        if (signal !== 0 && isSelf(Number(pid))) refuse(`process.${name} of the host`);
      }),
    ),
  ];
  return () => {
    for (const undo of undos) undo();
  };
}

/** A process may end those that it started, by their id or that of their group. */
function isSelf(pid: number): boolean {
  return [process.pid, -process.pid, process.ppid, 0, -1].includes(pid);
}

function replace(name: string, check: (args: readonly unknown[]) => void): () => void {
  const real: unknown = Reflect.get(process, name);
  if (typeof real !== 'function') return () => undefined;
  const own = Object.getOwnPropertyDescriptor(process, name);
  const value: Member = function (...args) {
    check(args);
    return Reflect.apply(real, this, args) as unknown;
  };
  Object.defineProperty(value, 'name', { value: name });
  const descriptor = { configurable: true, writable: true, enumerable: own?.enumerable ?? false, value };
  // what cannot be replaced stays as it is
  if (!Reflect.defineProperty(process, name, descriptor)) return () => undefined;
  return () => {
    // where somebody has put another function there meanwhile, ours stays below it and refuses nothing
    if (Reflect.get(process, name) !== value) return;
    if (own) Object.defineProperty(process, name, own);
    else Reflect.deleteProperty(process, name);
  };
}
