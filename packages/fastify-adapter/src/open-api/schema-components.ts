import type { JsonObject } from '@catalyst-plugins/core/protocol';
import type { z } from 'zod';
import { isZod } from '../http/schema-compilers.ts';
import { plainJson } from './plain-json.ts';
import { modernSchema } from './modern-schema.ts';
import { isKeywordValue, isRecord, schemaKeywords, type KeywordKind } from './schema-keywords.ts';
import { SchemaReferences, type SchemaHome } from './schema-references.ts';
import { zodToJsonSchema, type Direction } from './zod-to-json-schema.ts';

/** A schema as the document has it: JSON Schema 2020-12, references lead to its components. */
export type DescribedSchema = JsonObject | boolean;

const maxDepth = 60;
/** Schemas within one; more is not for people. */
const maxParts = 5_000;

interface Walk {
  readonly home: SchemaHome;
  readonly direction: Direction;
  readonly depth: number;
  readonly budget: { left: number };
}

/**
 * Turns schemas that plugins wrote into those of the document: zod and older drafts too. What is referred to becomes
 * a component with a name of its own; what cannot be described is left out, and `x-catalyst-problem` says so.
 */
export class SchemaComponents {
  /** The components, by name. */
  readonly schemas: Record<string, DescribedSchema> = {};
  readonly #references: SchemaReferences;
  /** Names of components by the schema that was written, or by what it says: zod makes one with an id again each time. */
  readonly #names = new Map<unknown, string>();
  readonly #fromZod = new Map<string, WeakMap<object, object>>();
  readonly #zodRoots = new WeakSet<object>();

  /** `shared` are the server's own schemas by `$id`. */
  constructor(shared: Readonly<Record<string, unknown>>) {
    this.#references = new SchemaReferences(shared);
  }

  /** Describes a schema of an owner: a plugin, or nobody for the admin API. */
  describe(given: unknown, owner: string, direction: Direction): DescribedSchema {
    const root = isRecord(given) ? given : {};
    return this.#describe(given, {
      home: { owner, root, resource: root },
      direction,
      depth: 0,
      budget: { left: maxParts },
    });
  }

  /** A described schema without a reference at its top. */
  resolve(schema: DescribedSchema): DescribedSchema {
    const seen = new Set<DescribedSchema>();
    let found = schema;
    while (typeof found === 'object' && typeof found['$ref'] === 'string' && !seen.has(found)) {
      seen.add(found);
      found = this.schemas[found['$ref'].slice(componentPrefix.length)] ?? true;
    }
    return found;
  }

  #describe(given: unknown, walk: Walk): DescribedSchema {
    walk.budget.left -= 1;
    if (walk.budget.left < 0 || walk.depth > maxDepth) return problem('This schema is too large to be shown.');
    if (typeof given === 'boolean') return given;
    if (!isRecord(given)) return problem('This is no schema.');
    try {
      if (isZod(given)) return this.#describeZod(given, walk);
      const { $id } = given;
      const resource = typeof $id === 'string' && !$id.startsWith('#') ? given : walk.home.resource;
      return this.#members(modernSchema(given), { ...walk, home: { ...walk.home, resource }, depth: walk.depth + 1 });
    } catch {
      // getters, proxies, kinds of zod that have no JSON Schema
      return problem('This schema cannot be described.');
    }
  }

  #describeZod(given: z.ZodType, walk: Walk): DescribedSchema {
    const known = this.#fromZod.get(walk.direction) ?? new WeakMap<object, object>();
    this.#fromZod.set(walk.direction, known);
    const root = known.get(given) ?? zodToJsonSchema(given, walk.direction);
    known.set(given, root);
    this.#zodRoots.add(root);
    return this.#describe(root, { ...walk, home: { ...walk.home, root, resource: root } });
  }

  #members(given: Readonly<Record<string, unknown>>, walk: Walk): JsonObject {
    const described: JsonObject = {};
    const problems: string[] = [];
    for (const [keyword, value] of Object.entries(given)) {
      const kind = schemaKeywords.get(keyword);
      if (kind === undefined || value === undefined) continue;
      const result = this.#value(kind, value, walk);
      if (result === undefined) problems.push(`"${keyword}" was left out: it has a value that it cannot have.`);
      else described[keyword] = result;
    }
    const { $ref } = given;
    if (typeof $ref === 'string') {
      const name = this.#component($ref, walk);
      if (name === undefined) problems.push(`The reference ${JSON.stringify($ref)} leads nowhere.`);
      else described['$ref'] = `${componentPrefix}${name}`;
    }
    return problems.length === 0 ? described : { ...described, ...problem(problems.join(' ')) };
  }

  #value(kind: KeywordKind, value: unknown, walk: Walk): JsonObject[string] | undefined {
    switch (kind) {
      case 'schema':
        return this.#describe(value, walk);
      case 'schemas':
        return Array.isArray(value) && value.length > 0 ? value.map((one) => this.#describe(one, walk)) : undefined;
      case 'schemasByName':
        return isRecord(value) ? this.#byName(value, walk) : undefined;
      case 'value':
        return plainJson(value);
      case 'values':
        return Array.isArray(value) && value.length > 0 ? plainJson(value) : undefined;
      default:
        return isKeywordValue(kind, value) ? plainJson(value) : undefined;
    }
  }

  #byName(schemas: Readonly<Record<string, unknown>>, walk: Walk): JsonObject {
    return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, this.#describe(schema, walk)]));
  }

  /** The name of the component that a reference leads to, which is made if there is none yet. */
  #component(reference: string, walk: Walk): string | undefined {
    const target = this.#references.find(reference, walk.home);
    if (target === undefined || (typeof target.schema !== 'boolean' && !isRecord(target.schema))) return undefined;
    const { schema, home, hint } = target;
    const wanted = home.owner === '' ? hint : `${home.owner}.${hint}`;
    // names that zod makes up mean something else in each schema
    const isNamed = typeof schema === 'boolean' || (this.#zodRoots.has(home.root) && !hint.startsWith('__'));
    const key = isNamed ? `${wanted} ${JSON.stringify(schema)}` : schema;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#freeName(wanted);
    this.#names.set(key, name);
    this.schemas[name] = true;
    this.schemas[name] = this.#describe(schema, { ...walk, home, depth: 0, budget: { left: maxParts } });
    return name;
  }

  #freeName(wanted: string): string {
    const name = wanted.replaceAll(/[^\w.-]/g, '_');
    let free = name;
    for (let count = 2; Object.hasOwn(this.schemas, free); count += 1) free = `${name}-${count}`;
    return free;
  }
}

const componentPrefix = '#/components/schemas/';

function problem(text: string): JsonObject {
  return { 'x-catalyst-problem': text };
}
