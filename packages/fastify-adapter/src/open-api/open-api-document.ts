import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { adminSchemas } from '../admin/admin-schemas.ts';
import type { OfferedOperations } from '../operations/operations-routes.ts';
import { adminOwner, adminPaths, adminTag, endpointPaths } from './admin-paths.ts';
import { ExampleValues } from './example-values.ts';
import { PluginPaths, type DescribedPlugin } from './plugin-paths.ts';
import { isRecord } from './schema-keywords.ts';
import { SchemaComponents, type DescribedSchema } from './schema-components.ts';

/** What a document says of itself. */
export interface DocumentHead {
  readonly title?: string;
  readonly version?: string;
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
}

export interface DocumentParts {
  readonly head: DocumentHead;
  /** Of all plugins, without a slash at the end. */
  readonly prefix: string;
  /** The active plugins. */
  readonly plugins: readonly DescribedPlugin[];
  /** Schemas that the server shares, by `$id`. */
  readonly sharedSchemas: Readonly<Record<string, unknown>>;
  /** Whether the admin API is in it. */
  readonly hasAdmin: boolean;
  /** The operations API, where it is in it. */
  readonly operations: OfferedOperations | undefined;
}

/** The OpenAPI 3.1 document of the plugins as they are now, and of the admin API. */
export function openApiDocument({
  head,
  prefix,
  plugins,
  sharedSchemas,
  hasAdmin,
  operations,
}: DocumentParts): JsonObject {
  const { title = 'Catalyst Plugins', version = '1.0.0', servers = [] } = head;
  const components = new SchemaComponents(sharedSchemas);
  const ofAdmin = hasAdmin ? adminPaths(prefix, components) : {};
  const ofOperations = operations ? endpointPaths({ ...operations, idPrefix: 'operations-' }, components) : {};
  const ofPlugins = new PluginPaths(prefix, components);
  const tags: JsonObject[] = hasAdmin ? [{ name: adminTag, description: 'Manage plugins.' }] : [];
  for (const plugin of plugins) {
    const tag = freeTag(plugin, tags);
    tags.push({ name: tag, description: plugin.description, 'x-catalyst-plugin': plugin.name });
    ofPlugins.add(plugin, tag);
  }
  const paths = { ...ofAdmin, ...ofOperations, ...ofPlugins.paths };
  const responses = problemResponses(components);
  addExamples(paths, new ExampleValues(components.schemas));
  return {
    openapi: '3.1.0',
    info: { title, version, description: 'What the plugins of this server answer, as they are now.' },
    ...(servers.length > 0 ? { servers: servers.map((server) => ({ ...server })) } : {}),
    tags,
    paths,
    components: { schemas: components.schemas, responses, securitySchemes },
  };
}

const securitySchemes: JsonObject = {
  administrator: { type: 'http', scheme: 'bearer', description: 'Whatever the server accepts of administrators.' },
  user: { type: 'http', scheme: 'bearer', description: 'Whatever the server accepts of users.' },
};

function freeTag({ name, displayName }: DescribedPlugin, tags: readonly JsonObject[]): string {
  return tags.some((other) => other['name'] === displayName) ? `${displayName} (${name})` : displayName;
}

function problemResponses(components: SchemaComponents): JsonObject {
  components.schemas['Problem'] = components.describe(adminSchemas.problem, adminOwner, 'output');
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return {
    Problem: { description: 'It was not done; the problem says why.', content },
    PluginNotActive: { description: 'The plugin does not answer at the moment, or has too much to do.', content },
  };
}

/** Shows what to send, and what comes back when all goes well. */
function addExamples(paths: JsonObject, examples: ExampleValues): void {
  for (const { requestBody, responses } of objectsIn(paths).flatMap(objectsIn)) {
    addExample(requestBody, examples);
    for (const [status, response] of isRecord(responses) ? Object.entries(responses) : []) {
      if (status.startsWith('2')) addExample(response, examples);
    }
  }
}

function objectsIn(item: JsonObject): JsonObject[] {
  return Object.values(item).filter(isRecord) as JsonObject[];
}

function addExample(body: unknown, examples: ExampleValues): void {
  if (!isRecord(body) || !isRecord(body['content'])) return;
  for (const [type, media] of Object.entries(body['content'])) {
    if (!isRecord(media) || !/json/i.test(type)) continue;
    const example = examples.of(media['schema'] as DescribedSchema);
    if (example !== undefined) (media as JsonObject)['example'] = example;
  }
}
