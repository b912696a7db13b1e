/**
 * What was made of schemas, for as long as somebody uses it: generations of a plugin mostly have the same schemas, and
 * compiling one stops the server for longer than everything else in a small reload. Schemas count as the same when
 * their JSON is; the next generation is made while the one before it still holds what it uses.
 */
export class CompiledSchemas {
  readonly #compiled = new Map<string, WeakRef<object>>();
  readonly #collected = new FinalizationRegistry<string>((key) => {
    // another may have been made for the same schema meanwhile
    if (this.#compiled.get(key)?.deref() === undefined) this.#compiled.delete(key);
  });

  get size(): number {
    return this.#compiled.size;
  }

  /** What was made of an equal schema for the same purpose, else what `compile` makes of a copy of this one. */
  get<Compiled extends object>(purpose: string, schema: unknown, compile: (schema: unknown) => Compiled): Compiled {
    if (!standsAlone(schema)) return compile(schema);
    const text = JSON.stringify(schema);
    const key = `${purpose} ${text}`;
    const known = this.#compiled.get(key)?.deref() as Compiled | undefined;
    if (known !== undefined) return known;
    // the copy, since what was compiled may hold the schema, and so the plugin whose object it is
    const compiled = compile(JSON.parse(text));
    this.#compiled.set(key, new WeakRef(compiled));
    this.#collected.register(compiled, key);
    return compiled;
  }
}

/** Whether a schema is JSON, and means the same wherever it stands: it neither has a name nor asks for one. */
function standsAlone(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || 'toJSON' in value) return false;
  if (Array.isArray(value)) return value.every(standsAlone);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.entries(value).every(([key, member]) => !namingKeys.has(key) && standsAlone(member));
}

const namingKeys: ReadonlySet<string> = new Set([
  '$id',
  '$ref',
  '$dynamicRef',
  '$anchor',
  '$dynamicAnchor',
  '__proto__',
]);
