import { z } from 'zod';
import type { AdminEndpoint } from './admin-endpoint.ts';
import { adminEndpoints } from './admin-endpoints.ts';
import { adminSchemas } from './admin-schemas.ts';

/** The OpenAPI 3.1 description of the admin API under a prefix. */
export function openApiDocument(prefix: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const endpoint of adminEndpoints) {
    const path = `${prefix}${endpoint.path === '/' ? '' : endpoint.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  paths[`${prefix}/events`] = { get: eventStream };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Catalyst Plugins admin API',
      version: '1.0.0',
      description: 'Enable, disable, reload, configure and watch plugins.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(adminSchemas.problem) },
      securitySchemes: {
        host: { type: 'http', scheme: 'bearer', description: 'Whatever the authorize function of the host accepts.' },
      },
    },
    security: [{ host: [] }],
  };
}

function operation(endpoint: AdminEndpoint): object {
  const { summary, permission, body, answer } = endpoint;
  return {
    summary,
    description: `Needs the permission \`${permission}\`.`,
    operationId: operationId(endpoint),
    tags: ['plugins'],
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
    ...(body ? { requestBody: { required: !body.safeParse({}).success, content: json(body) } } : {}),
    responses: {
      '200': { description: 'Done.', content: json(answer) },
      ...(endpoint.query === adminSchemas.commandQuery
        ? { '202': { description: 'It runs; follow the operation.', content: json(answer) } }
        : {}),
      default: {
        description: 'It was not done; the problem says why.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const eventStream = {
  summary: 'Follow what happens to plugins, as server-sent events',
  description:
    'Needs the permission `plugins.read`. `Last-Event-ID` resumes; `event: reset` says that events were missed.',
  operationId: 'followEvents',
  tags: ['plugins'],
  responses: {
    '200': { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
  },
};

function operationId({ method, path }: AdminEndpoint): string {
  const segments = path.split('/').slice(1);
  const words = segments.filter((segment) => segment !== '' && !segment.startsWith(':'));
  const isOne = words.length > 0 && segments.at(-1)?.startsWith(':') === true;
  const name = words.length > 0 ? [...words, ...(isOne ? ['detail'] : [])].join('-') : path === '/' ? 'list' : 'detail';
  return `${method.toLowerCase()}-${name}`;
}

function pathParameters({ path }: AdminEndpoint): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: AdminEndpoint): object[] {
  if (!query) return [];
  const { properties = {} } = jsonSchema(query) as { properties?: Record<string, object> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function json(schema: z.ZodType): object {
  return { 'application/json': { schema: jsonSchema(schema) } };
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}
