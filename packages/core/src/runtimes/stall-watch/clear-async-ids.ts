/** As Node keeps it for its own use; there is no public way to the same. */
interface FatalExceptionProcess {
  _fatalException?: (error: unknown, fromPromise: boolean) => boolean;
}

/**
 * Makes Node forget in which async resources it is. Code that is ended from outside leaves them without a word, and Node
 * aborts when it finds that out. It forgets them itself when an error was nobody's and somebody has heard of it, so this
 * is such an error that nobody but this function hears of.
 */
export function clearAsyncIds(): void {
  const { _fatalException: handle } = process as FatalExceptionProcess;
  // who captures exceptions would get this one, and Node would still be right
  if (handle === undefined || process.hasUncaughtExceptionCaptureCallback()) return;
  const nothing = {};
  const own = Object.getOwnPropertyDescriptor(process, 'emit');
  const emit = Reflect.get(process, 'emit');
  const value = function (this: unknown, event: string, ...args: unknown[]): unknown {
    return args[0] === nothing || Reflect.apply(emit, this, [event, ...args]);
  };
  Object.defineProperty(process, 'emit', { value, configurable: true, writable: true, enumerable: true });
  try {
    Reflect.apply(handle, process, [nothing, false]);
  } finally {
    if (own) Object.defineProperty(process, 'emit', own);
    else Reflect.deleteProperty(process, 'emit');
  }
}
