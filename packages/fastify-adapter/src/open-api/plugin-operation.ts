import type { JsonObject } from '@catalyst-plugins/core/protocol';
import type { PluginRoute } from '../http/plugin-route.ts';
import { describedParameters, pathParameters, type ParameterPlace } from './described-parameters.ts';
import { describedResponses, isContentType } from './described-responses.ts';
import type { PathParameter } from './route-path.ts';
import { isRecord } from './schema-keywords.ts';
import type { SchemaComponents } from './schema-components.ts';

/** What the document needs of a route. */
export type DescribedRoute = Pick<PluginRoute, 'plugin' | 'methods' | 'url' | 'config' | 'constraints' | 'schema'>;

export interface OperationContext {
  readonly route: DescribedRoute;
  /** In lower case. */
  readonly method: string;
  readonly parameters: readonly PathParameter[];
  /** The tag of operations that name none. */
  readonly tag: string;
  readonly components: SchemaComponents;
  /** Makes an id that nothing else has. */
  readonly freeId: (wanted: string) => string;
}

const methodsWithoutBody: ReadonlySet<string> = new Set(['get', 'head', 'trace']);
const security: Readonly<Record<string, JsonObject[]>> = {
  required: [{ user: [] }],
  optional: [{ user: [] }, {}],
  public: [],
};

/** One route of a plugin and one of its methods, as an operation. */
export function pluginOperation(context: OperationContext): JsonObject {
  const { route, method, parameters, tag, components, freeId } = context;
  const { plugin: owner } = route;
  const schema = isRecord(route.schema) ? route.schema : {};
  const { auth } = route.config;
  return {
    ...texts(schema),
    operationId: freeId(`${owner}.${ownId(schema) ?? `${method}-${wordsOf(route.url)}`}`),
    tags: tagsOf(schema['tags']) ?? [tag],
    'x-catalyst-plugin': owner,
    ...(schema['deprecated'] === true ? { deprecated: true } : {}),
    ...(typeof auth === 'string' && Object.hasOwn(security, auth) ? { security: security[auth] as JsonObject[] } : {}),
    ...constraintsOf(route),
    parameters: [
      ...pathParameters(parameters, describedPart(schema['params'], context), components),
      ...parametersOf('query', schema['querystring'] ?? schema['query'], context),
      ...parametersOf('header', schema['headers'], context),
    ],
    ...(methodsWithoutBody.has(method) ? {} : requestBody(schema, context)),
    responses: {
      ...describedResponses(schema['response'], { owner, components, produces: contentTypes(schema['produces']) }),
      ...(isRecord(schema['response']) && '503' in schema['response']
        ? {}
        : { '503': { $ref: '#/components/responses/PluginNotActive' } }),
    },
  };
}

function texts(schema: Readonly<Record<string, unknown>>): JsonObject {
  const { summary, description } = schema;
  return {
    ...(typeof summary === 'string' ? { summary } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  };
}

function ownId({ operationId }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof operationId === 'string' && operationId !== '' ? operationId : undefined;
}

function wordsOf(url: string): string {
  return url.match(/\w+/g)?.join('-') ?? 'root';
}

function tagsOf(given: unknown): string[] | undefined {
  const tags = Array.isArray(given) ? given.filter((tag) => typeof tag === 'string' && tag !== '') : [];
  return tags.length > 0 ? [...new Set(tags as string[])] : undefined;
}

function constraintsOf({ constraints }: DescribedRoute): JsonObject {
  // a host may be given as a regular expression
  const entries = Object.entries(constraints ?? {}).filter(([, value]) => typeof value === 'string');
  return entries.length > 0 ? { 'x-catalyst-constraints': Object.fromEntries(entries) } : {};
}

function describedPart(given: unknown, { route, components }: OperationContext): JsonObject | boolean | undefined {
  return given === undefined ? undefined : components.describe(given, route.plugin, 'input');
}

function parametersOf(place: ParameterPlace, given: unknown, context: OperationContext): JsonObject[] {
  const schema = describedPart(given, context);
  return schema === undefined ? [] : describedParameters(place, schema, context.components);
}

function requestBody(given: Readonly<Record<string, unknown>>, context: OperationContext): JsonObject {
  const schema = describedPart(given['body'], context);
  if (schema === undefined) return {};
  const content = Object.fromEntries(contentTypes(given['consumes']).map((type) => [type, { schema: schema }]));
  return { requestBody: { required: true, content } };
}

function contentTypes(given: unknown): string[] {
  const types = Array.isArray(given) ? given.filter(isContentType) : [];
  return types.length > 0 ? types : ['application/json'];
}
