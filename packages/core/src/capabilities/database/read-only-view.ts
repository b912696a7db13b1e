/** What a view shows. */
export interface ViewSource {
  /** The names that are listed. */
  names(): readonly string[];
  /** The value of any name; may throw for those that there are not. */
  read(name: string): unknown;
}

/**
 * An object that shows what its source says and nothing else: it has no prototype, cannot be changed, and hands out no
 * descriptor that leads behind it.
 */
export function readOnlyView(source: ViewSource): object {
  const shows = (name: string | symbol): name is string => typeof name === 'string' && source.names().includes(name);
  return new Proxy(Object.create(null) as object, {
    get: (_target, name) => (isAsked(name) ? source.read(name) : undefined),
    has: (_target, name) => shows(name),
    ownKeys: () => [...source.names()],
    getOwnPropertyDescriptor: (_target, name) =>
      shows(name) ? { value: source.read(name), enumerable: true, configurable: true, writable: false } : undefined,
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: refuse,
  });
}

function refuse(): boolean {
  return false;
}

/** Promises, JSON and templates ask any object for these; that must not count as a use. */
function isAsked(name: string | symbol): name is string {
  return typeof name === 'string' && name !== 'then' && name !== 'toJSON' && !(name in Object.prototype);
}
