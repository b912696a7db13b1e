import { PluginError, type PluginHost } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { replyWithProblem } from '../admin/serve-endpoints.ts';
import { hasCurrent } from '../http/has-current.ts';
import { isPage } from './asset-type.ts';
import { createFrontendStreams } from './frontend-streams.ts';
import { ServedFrontends } from './served-frontends.ts';
import { sharedModuleOf, sharedVersion } from './shared-modules.ts';

/** Who may learn which frontends there are. */
export interface FrontendOptions {
  /** Default: administrators with `plugins.read`. Their files are for everybody who knows their address. */
  readonly authorize?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

export interface FrontendParts {
  readonly host: PluginHost;
  readonly prefix: string;
  readonly authorize: NonNullable<FrontendOptions['authorize']>;
}

const forever = 'public, max-age=31536000, immutable';

/** Adds the list of frontends, their files and what pages share with them, at `ui` under the prefix. */
export async function serveFrontends(app: FastifyInstance, { host, prefix, authorize }: FrontendParts): Promise<void> {
  const frontends = new ServedFrontends(host);
  const streams = createFrontendStreams(frontends);
  app.addHook('preClose', async () => {
    streams.close();
    frontends.close();
  });
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    // hosts are asked in JavaScript too: whatever is not true lets nobody in
    const isAllowed: unknown = await authorize(request);
    if (isAllowed === true) return;
    throw new PluginError('UNAUTHENTICATED', 'This host tells its plugin frontends to others only.', {
      hint: 'Send the credentials of somebody whom frontends.authorize lets in; by default those are administrators.',
    });
  };
  await app.register(
    async (scope) => {
      scope.setErrorHandler((error: PluginError, request, reply) =>
        replyWithProblem(error, request, reply.header('cache-control', 'no-store')),
      );
      scope.addHook('onSend', async (_request, reply) => void reply.header('x-content-type-options', 'nosniff'));
      scope.get('/manifest', { onRequest }, async (_request, reply) =>
        reply.header('cache-control', 'no-store').send({ success: true, data: await frontends.manifest() }),
      );
      scope.get('/events', { onRequest, exposeHeadRoute: false }, (_request, reply) => {
        // a stream is the last thing on its connection: kept alive, it would hold up the close of the server
        void reply.header('connection', 'close').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
        return reply.type('text/event-stream').send(streams.open());
      });
      scope.get(`/shared/${sharedVersion}/:file`, { exposeHeadRoute: true }, sendShared);
      scope.get('/plugins/:plugin/:hash/*', { exposeHeadRoute: true }, async (request, reply) => {
        const { plugin, hash, '*': file } = request.params as Record<'plugin' | 'hash' | '*', string>;
        const { body, type, etag } = await frontends.asset(plugin, hash, file);
        // opened by itself, a page or a picture of a plugin runs nothing in the name of the host
        if (isPage(type))
          void reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
        return sendUnchanged(request, reply, { body, type, etag, caching: forever });
      });
    },
    { prefix: `${prefix}/ui` },
  );
}

async function sendShared(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { file } = request.params as { readonly file: string };
  const shared = sharedModuleOf(file);
  if (!shared) throw new PluginError('FRONTEND_NOT_FOUND', `Pages share no module "${file.slice(0, 100)}".`);
  const { text, hash } = shared;
  // with the hash in its address it never changes; frontends that were built with the plain address ask again
  const caching = request.raw.url?.endsWith(`?${hash}`) === true ? forever : 'no-cache';
  return sendUnchanged(request, reply, {
    body: Buffer.from(text),
    type: 'text/javascript; charset=utf-8',
    etag: `"${hash}"`,
    caching,
  });
}

interface Unchanged {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly caching: string;
}

/** Sends what never changes at this address, or 304 to who has it. */
function sendUnchanged(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, type, etag, caching }: Unchanged,
): FastifyReply {
  void reply.header('etag', etag).header('cache-control', caching);
  if (hasCurrent(request, etag)) return reply.code(304).send();
  return reply.type(type).send(body);
}
