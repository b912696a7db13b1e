import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasCurrent } from '../http/has-current.ts';
import type { MountedTables } from '../http/mounted-tables.ts';
import type { RouteTable } from '../http/route-table.ts';
import type { OfferedOperations } from '../operations/operations-routes.ts';
import { docsPage } from './docs-page.ts';
import { LiveDocument } from './live-document.ts';
import type { DocumentHead } from './open-api-document.ts';

/** What the OpenAPI document says of itself, and who may read it. */
export interface OpenApiOptions extends DocumentHead {
  /** Whether everybody may read what plugins serve, at `openapi/plugins.json`; default `false`. */
  readonly public?: boolean;
}

export interface OpenApiParts {
  readonly host: PluginHost;
  readonly mounts: MountedTables<RouteTable>;
  readonly prefix: string;
  /** `false` for neither document nor page. */
  readonly openApi: OpenApiOptions | false | undefined;
  /** Whether there is an admin API. */
  readonly hasAdmin: boolean;
  readonly operations: OfferedOperations | undefined;
}

/** Adds the page and the public document, where somebody could read them; returns the document for administrators. */
export async function serveOpenApi(app: FastifyInstance, parts: OpenApiParts): Promise<LiveDocument | undefined> {
  const { host, mounts, prefix, openApi = {}, hasAdmin } = parts;
  const operations = parts.operations && { ...parts.operations, prefix: `${app.prefix}${parts.operations.prefix}` };
  if (openApi === false) return undefined;
  const { public: isPublic = false, ...head } = openApi;
  const options = { app, host, mounts, prefix: `${app.prefix}${prefix}`, head };
  if (isPublic) {
    const document = new LiveDocument({ ...options, hasAdmin: false, operations: undefined });
    app.get(`${prefix}/openapi/plugins.json`, (request, reply) => sendDocument(document, request, reply));
  }
  if (isPublic || hasAdmin) await app.register(docsPage, { prefix });
  return hasAdmin ? new LiveDocument({ ...options, hasAdmin, operations }) : undefined;
}

/** Answers with a document, or with 304 for a reader who has it. */
export function sendDocument(document: LiveDocument, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { text, etag } = document.read();
  void reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'Authorization, Cookie');
  if (hasCurrent(request, etag)) return reply.code(304).send();
  return reply.type('application/json; charset=utf-8').send(text);
}
