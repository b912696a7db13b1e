import { createHash } from 'node:crypto';
import type { PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance } from 'fastify';
import type { MountedTables } from '../http/mounted-tables.ts';
import type { RouteTable } from '../http/route-table.ts';
import type { OfferedOperations } from '../operations/operations-routes.ts';
import { openApiDocument, type DocumentHead } from './open-api-document.ts';
import type { DescribedPlugin } from './plugin-paths.ts';

export interface LiveDocumentOptions {
  readonly app: FastifyInstance;
  readonly host: PluginHost;
  readonly mounts: MountedTables<RouteTable>;
  readonly prefix: string;
  readonly head: DocumentHead;
  readonly hasAdmin: boolean;
  readonly operations: OfferedOperations | undefined;
}

/** A document as it is sent. */
export interface DocumentText {
  readonly text: string;
  /** Changes when the text does. */
  readonly etag: string;
}

/** The document of what plugins serve now; made when somebody reads it and something has changed since. */
export class LiveDocument {
  readonly #options: LiveDocumentOptions;
  #made: (DocumentText & { readonly of: string }) | undefined;

  constructor(options: LiveDocumentOptions) {
    this.#options = options;
  }

  read(): DocumentText {
    const { mounts, app, prefix, head, hasAdmin, operations } = this.#options;
    const plugins = this.#plugins();
    // a plugin says what it is called a little before or after its routes change
    const of = JSON.stringify([mounts.changes, plugins.map(({ routes: _routes, ...plugin }) => plugin)]);
    if (this.#made?.of === of) return this.#made;
    const sharedSchemas = app.getSchemas();
    const text = JSON.stringify(openApiDocument({ head, prefix, plugins, sharedSchemas, hasAdmin, operations }));
    // weak, since the server may compress it
    const etag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
    this.#made = { text, etag, of };
    return this.#made;
  }

  #plugins(): DescribedPlugin[] {
    const { mounts, host } = this.#options;
    return mounts.tables
      .map(({ plugin: name, routes }) => {
        const { displayName = name, version = '', description = '' } = host.summary(name) ?? {};
        return { name, displayName, version, description, routes };
      })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
