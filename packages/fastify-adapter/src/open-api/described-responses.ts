import type { JsonObject } from '@catalyst-plugins/core/protocol';
import { isRecord } from './schema-keywords.ts';
import type { SchemaComponents } from './schema-components.ts';

export interface ResponseContext {
  readonly owner: string;
  readonly components: SchemaComponents;
  /** Content types of answers that name none. */
  readonly produces: readonly string[];
}

/** The answers of a route by status, from the `response` of its schema: as Fastify and @fastify/swagger read it. */
export function describedResponses(given: unknown, context: ResponseContext): JsonObject {
  const responses: JsonObject = {};
  for (const [status, response] of isRecord(given) ? Object.entries(given) : []) {
    const name = statusName(status);
    if (name !== undefined) responses[name] = describedResponse(name, response, context);
  }
  return Object.keys(responses).length > 0 ? responses : { default: { description: 'What the plugin answers.' } };
}

/** `2xx` is `2XX` in OpenAPI; what is no status is none there either. */
function statusName(status: string): string | undefined {
  if (/^[1-5]\d\d$/.test(status) || status === 'default') return status;
  return /^[1-5]xx$/i.test(status) ? status.toUpperCase() : undefined;
}

function describedResponse(status: string, given: unknown, context: ResponseContext): JsonObject {
  try {
    return readResponse(status, given, context);
  } catch {
    return { description: describe(status), 'x-catalyst-problem': 'This answer cannot be described.' };
  }
}

function readResponse(status: string, given: unknown, { owner, components, produces }: ResponseContext): JsonObject {
  const response = isRecord(given) ? given : {};
  const { description, headers, content } = response;
  const described: JsonObject = { description: typeof description === 'string' ? description : describe(status) };
  if (isRecord(headers)) {
    described['headers'] = Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => /^[\w-]+$/.test(name))
        .map(([name, schema]) => [name, { schema: components.describe(schema, owner, 'output') }]),
    );
  }
  if (isRecord(content)) {
    const media = Object.entries(content).filter(([type]) => isContentType(type));
    const schemas = media.map(([type, one]) => [type, isRecord(one) ? one['schema'] : undefined] as const);
    described['content'] = Object.fromEntries(
      schemas.map(([type, schema]) => [type, { schema: components.describe(schema ?? true, owner, 'output') }]),
    );
  } else if (response['type'] !== 'null' && status !== '204') {
    const schema = components.describe(given, owner, 'output');
    described['content'] = Object.fromEntries(produces.map((type) => [type, { schema: schema }]));
  }
  return described;
}

/** Whether a text names a content type. */
export function isContentType(type: unknown): type is string {
  return typeof type === 'string' && /^[\w.+*-]+\/[\w.+*-]+(?:\s*;.*)?$/.test(type);
}

function describe(status: string): string {
  if (status === 'default') return 'Any other answer.';
  return (
    { '2': 'Done.', '3': 'It is elsewhere.', '4': 'It was refused.', '5': 'It failed.' }[status[0] as '2'] ??
    'More follows.'
  );
}
