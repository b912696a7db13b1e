import type { HttpGateway } from '@catalyst-plugins/core';
import type { FastifyInstance } from 'fastify';
import { MountedTables } from './mounted-tables.ts';
import type { RouteAuthOptions } from './route-authentication.ts';
import { RouteTable } from './route-table.ts';
import { createSchemaCompilers } from './schema-compilers.ts';

export interface FastifyHttpGatewayOptions {
  readonly app: FastifyInstance;
  /** Settings for Ajv beyond Fastify's own. */
  readonly ajv: object;
  readonly authentication: RouteAuthOptions;
}

/** The gateway that plugins register routes at, and the tables that answer. */
export interface FastifyHttpGateway extends HttpGateway {
  readonly mounts: MountedTables<RouteTable>;
}

/** Makes the HTTP gateway of one Fastify instance. */
export function createFastifyHttpGateway(options: FastifyHttpGatewayOptions): FastifyHttpGateway {
  const { app, ajv, authentication } = options;
  const mounts = new MountedTables<RouteTable>();
  const defaultBodyLimit = app.initialConfig.bodyLimit ?? 1024 * 1024;
  const openCompilers = createSchemaCompilers(app, ajv);
  return {
    mounts,
    openTable: (owner) =>
      new RouteTable({ app, owner, mounts, defaultBodyLimit, compilers: openCompilers(), authentication }),
  };
}
