import type { JsonObject } from '@catalyst-plugins/core/protocol';
import type { PathParameter } from './route-path.ts';
import type { DescribedSchema, SchemaComponents } from './schema-components.ts';

/** Where OpenAPI looks for parameters besides the path. */
export type ParameterPlace = 'query' | 'header';

/** What the members of an object schema become: one parameter each. */
export function describedParameters(
  place: ParameterPlace,
  schema: DescribedSchema,
  components: SchemaComponents,
): JsonObject[] {
  const { properties, required } = membersOf(schema, components);
  return [...properties]
    .filter(([name]) => place === 'query' || !headersWithAPlace.has(name.toLowerCase()))
    .map(([name, member]) => parameter({ name, in: place, required: required.has(name) }, member, components));
}

/** The parameters of a path; the schema of `params` says more about them than the url. */
export function pathParameters(
  parameters: readonly PathParameter[],
  schema: DescribedSchema | undefined,
  components: SchemaComponents,
): JsonObject[] {
  const { properties } = membersOf(schema ?? true, components);
  return parameters.map(({ name, key, pattern }) => {
    const ofUrl: JsonObject = pattern === undefined ? { type: 'string' } : { type: 'string', pattern };
    const described = parameter({ name, in: 'path', required: true }, properties.get(key) ?? ofUrl, components);
    return key === '*' ? { description: 'The rest of the path, which may have slashes.', ...described } : described;
  });
}

/** How deep schemas made of schemas are followed. */
const maxDepth = 8;

/** OpenAPI says these elsewhere, and ignores parameters of these names. */
const headersWithAPlace: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

interface ParameterHead {
  readonly name: string;
  readonly in: ParameterPlace | 'path';
  readonly required: boolean;
}

function parameter(head: ParameterHead, schema: DescribedSchema, components: SchemaComponents): JsonObject {
  const { description, deprecated } = partsOf(components.resolve(schema));
  return {
    name: head.name,
    in: head.in,
    required: head.required,
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    schema: schema,
  };
}

interface Members {
  readonly properties: ReadonlyMap<string, DescribedSchema>;
  readonly required: ReadonlySet<string>;
}

/** The members that a schema names: its own, and those of what it is made of; those of alternatives are optional. */
function membersOf(schema: DescribedSchema, components: SchemaComponents, depth = 0): Members {
  const given = partsOf(components.resolve(schema));
  const properties = new Map<string, DescribedSchema>();
  const required = new Set<string>();
  for (const keyword of depth > maxDepth ? [] : (['allOf', 'anyOf', 'oneOf'] as const)) {
    for (const part of given[keyword] ?? []) {
      const members = membersOf(part, components, depth + 1);
      members.properties.forEach((member, name) => properties.set(name, member));
      if (keyword === 'allOf') members.required.forEach((name) => required.add(name));
    }
  }
  Object.entries(given.properties ?? {}).forEach(([name, member]) => properties.set(name, member));
  given.required?.forEach((name) => required.add(name));
  return { properties, required };
}

/** What is looked at of a described schema; describing it made sure of the types. */
interface SchemaParts {
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly properties?: Readonly<Record<string, DescribedSchema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly DescribedSchema[];
  readonly anyOf?: readonly DescribedSchema[];
  readonly oneOf?: readonly DescribedSchema[];
}

function partsOf(schema: DescribedSchema): SchemaParts {
  return typeof schema === 'boolean' ? {} : schema;
}
