import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { isOtherAnswer, ofPlugin, type AdminEndpoint, type OtherAnswer } from '../admin/admin-endpoint.ts';
import { adminEndpoints } from '../admin/admin-endpoints.ts';
import { adminSchemas } from '../admin/admin-schemas.ts';
import { describedParameters } from './described-parameters.ts';
import { routePaths } from './route-path.ts';
import type { SchemaComponents } from './schema-components.ts';

/** The name of the tag of the admin API. */
export const adminTag = 'admin';
/** Who owns its schemas: they have their names alone. */
export const adminOwner = '';

/** The paths of the admin API below its prefix. */
export function adminPaths(prefix: string, components: SchemaComponents): Record<string, JsonObject> {
  const paths = endpointPaths({ prefix, endpoints: adminEndpoints, idPrefix: '' }, components);
  paths[`${prefix}/events`] = { get: eventStream };
  return paths;
}

/** Endpoints under a prefix; the ids of their operations begin with `idPrefix`. */
export interface DescribedEndpoints {
  readonly prefix: string;
  readonly endpoints: readonly AdminEndpoint[];
  readonly idPrefix: string;
}

/** The paths of endpoints. */
export function endpointPaths(
  { prefix, endpoints, idPrefix }: DescribedEndpoints,
  components: SchemaComponents,
): Record<string, JsonObject> {
  const paths: Record<string, JsonObject> = {};
  for (const endpoint of endpoints) {
    for (const { path, parameters } of routePaths(endpoint.path)) {
      const address = `${prefix}${path === '/' ? '' : path}`;
      const ofPath = parameters.map(({ name }) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
      const operation = {
        ...adminOperation(endpoint, ofPath, components),
        operationId: idPrefix + operationId(endpoint),
      };
      paths[address] = { ...paths[address], [endpoint.method.toLowerCase()]: operation };
    }
  }
  return paths;
}

function adminOperation(endpoint: AdminEndpoint, ofPath: JsonObject[], components: SchemaComponents): JsonObject {
  const {
    summary,
    permission,
    query,
    body,
    answer,
    requestHeaders = {},
    answerHeaders,
    furtherStatuses = {},
  } = endpoint;
  const content = isOtherAnswer(answer)
    ? otherContent(answer)
    : { 'application/json': { schema: components.describe(answer, adminOwner, 'output') } };
  const headers = answerHeaders ? { headers: describedHeaders(answerHeaders) } : {};
  const ofQuery = query
    ? describedParameters('query', components.describe(query, adminOwner, 'input'), components)
    : [];
  const ofHeaders = Object.entries(describedHeaders(requestHeaders)).map(([name, header]) => ({
    name,
    in: 'header',
    ...header,
  }));
  const further = Object.entries(furtherStatuses).map(([status, description]) => [
    status,
    { description, content: structuredClone(content) },
  ]);
  return {
    summary,
    description: permission === undefined ? 'Open to everybody.' : `Needs the permission \`${permission}\`.`,
    operationId: operationId(endpoint),
    tags: [adminTag],
    security: permission === undefined ? [] : [{ administrator: [] }],
    parameters: [...ofPath, ...ofQuery, ...ofHeaders],
    ...(body ? { requestBody: requestBody(body, components) } : {}),
    responses: {
      '200': { description: 'Done.', ...headers, content },
      ...(query === adminSchemas.commandQuery
        ? { '202': { description: 'It runs; follow the operation.', content: structuredClone(content) } }
        : {}),
      ...(Object.fromEntries(further) as JsonObject),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function otherContent({ mediaTypes }: OtherAnswer): Record<string, JsonObject> {
  const described = Object.entries(mediaTypes).map(([mediaType, { description, example }]) => [
    mediaType,
    { schema: { type: 'string', description }, example },
  ]);
  return Object.fromEntries(described) as Record<string, JsonObject>;
}

function describedHeaders(headers: Readonly<Record<string, string>>): Record<string, JsonObject> {
  const described = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  return Object.fromEntries(described) as Record<string, JsonObject>;
}

function requestBody(body: NonNullable<AdminEndpoint['body']>, components: SchemaComponents): JsonObject {
  const schema = components.describe(body, adminOwner, 'input');
  return { required: !body.safeParse({}).success, content: { 'application/json': { schema } } };
}

const eventStream: JsonObject = {
  summary: 'Follow what happens to plugins, as server-sent events',
  description:
    'Needs the permission `plugins.read`. `Last-Event-ID` resumes; `event: reset` says that events were missed.',
  parameters: [
    {
      name: 'topics',
      in: 'query',
      schema: { type: 'string' },
      description: 'plugins, health, task, audit, metric, log:<name>.',
    },
    { name: 'since', in: 'query', schema: { type: 'string' }, description: 'As `Last-Event-ID`.' },
  ],
  operationId: 'followEvents',
  tags: [adminTag],
  security: [{ administrator: [] }],
  responses: {
    '200': { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    default: { $ref: '#/components/responses/Problem' },
  },
};

function operationId({ method, path }: AdminEndpoint): string {
  const segments = path.split('/').slice(1);
  const words = segments.filter((segment) => segment !== '' && segment !== '-' && !segment.startsWith(':'));
  const isOne = words.length > 0 && segments.at(-1)?.startsWith(':') === true;
  const name = words.length > 0 ? [...words, ...(isOne ? ['detail'] : [])].join('-') : path === '/' ? 'list' : 'detail';
  return `${method.toLowerCase()}-${name}${isThereForAll({ method, path }) ? '-of-plugin' : ''}`;
}

/** Whether there is the same for all plugins together. */
function isThereForAll({ method, path }: Pick<AdminEndpoint, 'method' | 'path'>): boolean {
  const ofAll = path.startsWith(`${ofPlugin}/`) ? path.slice(ofPlugin.length) : undefined;
  return adminEndpoints.some((other) => other.method === method && other.path === ofAll);
}
