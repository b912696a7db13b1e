import { takeOpeningTrace } from '../scope/opening-trace.ts';

/** An error that nobody caught, as Node reports it. */
export interface UncaughtError {
  readonly thrown: unknown;
  readonly origin: UncaughtOrigin;
  /** False while Node may yet print the error: V8 forgets the line that it shows above a stack once the stack was read. */
  readonly mayReadStack: boolean;
}

export type UncaughtOrigin = 'uncaughtException' | 'unhandledRejection';

/** How surely an error is somebody's. */
export interface Claim {
  /** Index of the stack frame that says so, -1 when the running code itself does. The lowest claim wins. */
  readonly frame: number;
  /** Breaks a tie: how exact the frame is, for plugins in folders of plugins. */
  readonly precision: number;
  /** Takes the error over; Node never hears of it. */
  accept(): void;
}

/** Says whether an error belongs to it. Called in the async context of the error. */
export type Claimant = (error: UncaughtError) => Claim | undefined;

/** Throws when running code may not tell the process that. */
export type EmitRefuser = (event: string) => void;

type Emit = (this: NodeJS.Process, event: string | symbol, ...args: unknown[]) => boolean;

interface Registry {
  readonly claimants: Set<Claimant>;
  /** Absent in the registry of an earlier version. */
  refusers?: Set<EmitRefuser>;
  /** What stands in for `process.emit`; undefined while there is no claimant. */
  hook: Emit | undefined;
  previous: Emit | undefined;
}

/** `process` exists once, so hosts (and copies of this package) share one hook through this key. */
const registryKey = Symbol.for('@catalyst-plugins/core/uncaught-errors/1');

/**
 * Offers uncaught errors of the process to a claimant before anybody else hears of them; returns the undo.
 * What nobody claims goes the way it would go without this: a listener would change what Node does with it (its output,
 * its exit code, `--unhandled-rejections`), and could not keep claimed errors from listeners that end the process.
 */
export function claimUncaughtErrors(claimant: Claimant): () => void {
  const registry = sharedRegistry();
  registry.claimants.add(claimant);
  if (registry.hook === undefined || process.emit !== registry.hook) install(registry);
  return () => {
    registry.claimants.delete(claimant);
    if (registry.claimants.size === 0) uninstall(registry);
  };
}

/** Has a refuser asked, while errors are claimed, when code emits what only Node should: a signal, or the end of the process. */
export function refuseEmits(refuser: EmitRefuser): () => void {
  const { refusers } = ensureRefusers(sharedRegistry());
  refusers.add(refuser);
  return () => void refusers.delete(refuser);
}

function ensureRefusers(registry: Registry): Required<Pick<Registry, 'refusers'>> {
  registry.refusers ??= new Set();
  return { refusers: registry.refusers };
}

function sharedRegistry(): Registry {
  const holder = globalThis as { [registryKey]?: Registry };
  holder[registryKey] ??= { claimants: new Set(), hook: undefined, previous: undefined };
  return holder[registryKey];
}

function install(registry: Registry): void {
  const previous = Reflect.get(process, 'emit') as Emit;
  registry.previous = previous;
  registry.hook = function emit(event, ...args) {
    if (isNodesOwn(event) && isCalled(emit)) for (const refuse of registry.refusers ?? []) refuse(event);
    if (isOrigin(event) && isClaimed(registry.claimants, errorOf(event, args))) return true;
    return Reflect.apply(previous, this, [event, ...args]);
  };
  process.emit = registry.hook as typeof process.emit;
}

function uninstall(registry: Registry): void {
  // where somebody has put another function there meanwhile, ours stays below it and claims nothing
  if (process.emit === registry.hook) process.emit = registry.previous as typeof process.emit;
  registry.hook = undefined;
  registry.previous = undefined;
}

function isNodesOwn(event: string | symbol): event is string {
  return typeof event === 'string' && /^(?:SIG[A-Z]|exit$|beforeExit$|disconnect$)/.test(event);
}

/** Whether code called the function; Node itself calls it from nowhere, in whatever async context listening began. */
function isCalled(emit: Emit): boolean {
  const [caller] = takeOpeningTrace(emit, 1).frames();
  return caller !== undefined && caller.file !== 'node:internal/async_hooks';
}

function isOrigin(event: string | symbol): event is UncaughtOrigin {
  return event === 'uncaughtException' || event === 'unhandledRejection';
}

function errorOf(event: UncaughtOrigin, [thrown, origin]: readonly unknown[]): UncaughtError {
  // what nobody listens to comes again, as an exception with its true origin as the second argument
  const comesAgain = event === 'unhandledRejection' && process.listenerCount(event) === 0;
  return { thrown, origin: origin === 'unhandledRejection' ? origin : event, mayReadStack: !comesAgain };
}

function isClaimed(claimants: ReadonlySet<Claimant>, error: UncaughtError): boolean {
  try {
    const claims = [...claimants].map((claimant) => claimant(error)).filter((claim) => claim !== undefined);
    const [best] = claims.toSorted((a, b) => a.frame - b.frame || b.precision - a.precision);
    best?.accept();
    return best !== undefined;
  } catch {
    // throwing here would end the process with another error than its own
    return false;
  }
}
