import { types } from 'node:util';

/** Members by which Prisma takes an object for something other than what its members say. */
const prismaTags = new Set(['Param', 'FieldRef', 'Raw', 'Json', 'Enum', 'Bytes', 'Decimal', 'DateTime', 'BigInt']);

/** Deeper than this nobody nests a query; JSON values may not be deeper either. */
const deepest = 200;

/**
 * Copies what a plugin passes to a query into plain data, reading every member once, so that what is checked is what
 * runs: getters, proxies and `toJSON` cannot change their mind, and what the plugin keeps is not what the client gets.
 * Throws what `refuse` makes of a reason.
 */
export function plainArguments(value: unknown, refuse: (reason: string) => Error, depth = 0): unknown {
  if (typeof value === 'function') throw refuse('functions cannot be part of a query');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) throw refuse(`it is nested deeper than ${deepest} levels`);
  if (Array.isArray(value)) {
    // not map, which a subclass or a proxy may have replaced
    return Array.from({ length: value.length }, (_, index) => plainArguments(value[index], refuse, depth + 1));
  }
  if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value));
  if (types.isUint8Array(value)) return Uint8Array.from(value);
  if (isPlain(value)) return plainObject(value, refuse, depth);
  return prismaValue(value, refuse, depth);
}

function plainObject(value: object, refuse: (reason: string) => Error, depth: number): object {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (key === 'toJSON' && typeof member === 'function') {
      return plainArguments(member.call(value), refuse, depth + 1) as object;
    }
    if (key === '__prismaRawParameters__') throw refuse(`"${key}" is not for plugins`);
    if (key === '$type' && prismaTags.has(String(member)))
      throw refuse(`"$type": "${String(member)}" is not for plugins`);
    const plain = plainArguments(member, refuse, depth + 1);
    // not an assignment, which "__proto__" turns into something else
    Object.defineProperty(copy, key, { value: plain, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

/** Objects that stand for a value: decimals, `Prisma.DbNull`, `Prisma.skip`, and what turns itself into JSON. */
function prismaValue(value: object, refuse: (reason: string) => Error, depth: number): unknown {
  // a proxy may be another object at the next look
  if (types.isProxy(value)) throw refuse('a proxy of an object that is not plain cannot be part of a query');
  const { toFixed, _getName, ifUndefined, toJSON } = value as Record<string, unknown>;
  if (typeof toFixed === 'function') return String(toFixed.call(value));
  if (typeof _getName === 'function') return prismaNull(value, _getName as () => unknown, refuse);
  if (typeof ifUndefined === 'function') return undefined;
  if (typeof toJSON === 'function') return plainArguments(toJSON.call(value), refuse, depth + 1);
  throw refuse(`an object of the class ${value.constructor?.name ?? 'without a name'} cannot be part of a query`);
}

const nullMark = Symbol.for('prisma.objectEnumValue');
const nullNames = new Set<unknown>(['DbNull', 'JsonNull', 'AnyNull']);

/** `Prisma.DbNull` and the like, made anew: the client would take further members for arguments. */
function prismaNull(value: object, getName: (this: object) => unknown, refuse: (reason: string) => Error): object {
  const name = Reflect.get(value, nullMark) === true ? getName.call(value) : undefined;
  if (!nullNames.has(name)) throw refuse('an object with _getName that is no null of Prisma cannot be part of a query');
  const members = {
    [nullMark]: { value: true },
    _getName: { value: () => name },
    toString: { value: () => `Prisma.${String(name)}` },
  };
  return Object.freeze(Object.create(null, members) as object);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // also objects of another realm, whose prototype is the root there
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
