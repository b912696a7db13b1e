import { isRecord } from './schema-keywords.ts';

/** Where a schema stands: what `#/…` counts from, and the whole that it is a part of. */
export interface SchemaHome {
  /** The plugin that wrote it, or `shared`. */
  readonly owner: string;
  readonly root: object;
  /** The nearest schema around it that has an `$id`, else the root. */
  readonly resource: object;
}

/** Where a reference leads. */
export interface ReferenceTarget {
  readonly schema: unknown;
  readonly home: SchemaHome;
  /** What to call it: the last word of the reference. */
  readonly hint: string;
}

const maxIndexed = 10_000;

/** Finds what `$ref` means in schemas of plugins: within the schema, by `$id`, or among those that the server shares. */
export class SchemaReferences {
  readonly #shared: ReadonlyMap<string, object>;
  readonly #names = new Map<object, ReadonlyMap<string, object>>();

  /** `shared` by `$id`, as `app.getSchemas()` tells them. */
  constructor(shared: Readonly<Record<string, unknown>>) {
    const known = Object.entries(shared).filter((entry): entry is [string, object] => isRecord(entry[1]));
    this.#shared = new Map(known.map(([id, schema]) => [withoutHash(id), schema]));
  }

  /** Where a reference at a place leads; `undefined` if nowhere. */
  find(reference: string, home: SchemaHome): ReferenceTarget | undefined {
    const hash = reference.indexOf('#');
    const uri = hash === -1 ? reference : reference.slice(0, hash);
    const fragment = hash === -1 ? '' : reference.slice(hash + 1);
    const found = uri === '' ? home : this.#resource(uri, home);
    if (found === undefined) return undefined;
    const schema = this.#part(found, fragment);
    if (schema === undefined) return undefined;
    const { $id } = found.resource as { $id?: unknown };
    const words = (fragment || uri || (typeof $id === 'string' ? $id : '')).split(/[/#]/).filter((word) => word !== '');
    return { schema, home: found, hint: words.at(-1) ?? 'schema' };
  }

  #resource(uri: string, home: SchemaHome): SchemaHome | undefined {
    const names = this.#namesIn(home.root);
    const { $id: base } = home.resource as { $id?: unknown };
    const candidates = [uri, absolute(uri, base)].filter((name) => name !== undefined).map(withoutHash);
    for (const name of candidates) {
      const own = names.get(name);
      if (own !== undefined) return { ...home, resource: own };
      const shared = this.#shared.get(name);
      if (shared !== undefined) return { owner: 'shared', root: shared, resource: shared };
    }
    return undefined;
  }

  #part({ root, resource }: SchemaHome, fragment: string): unknown {
    if (fragment === '') return resource;
    if (!fragment.startsWith('/')) return this.#namesIn(root).get(`#${fragment}`);
    let part: unknown = resource;
    for (const token of fragment.slice(1).split('/')) {
      const key = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) return undefined;
      part = (part as Record<string, unknown>)[key];
    }
    return part;
  }

  /** Everything in a schema that has an `$id` or an anchor. */
  #namesIn(root: object): ReadonlyMap<string, object> {
    const known = this.#names.get(root);
    if (known !== undefined) return known;
    const names = new Map<string, object>();
    const seen = new Set<object>();
    const waiting: object[] = [root];
    for (let schema = waiting.pop(); schema !== undefined && seen.size < maxIndexed; schema = waiting.pop()) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      const { $id, $anchor, $dynamicAnchor } = schema as Record<string, unknown>;
      if (typeof $id === 'string') names.set(withoutHash($id), schema);
      for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === 'string') names.set(`#${anchor}`, schema);
      waiting.push(...Object.values(schema).filter((member) => typeof member === 'object' && member !== null));
    }
    this.#names.set(root, names);
    return names;
  }
}

function withoutHash(id: string): string {
  return id.endsWith('#') ? id.slice(0, -1) : id;
}

function absolute(uri: string, base: unknown): string | undefined {
  return typeof base === 'string' && URL.canParse(uri, base) ? new URL(uri, base).href : undefined;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
