import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readPanelFiles, type PanelFile } from './panel-files.ts';

/** Where the panel is. */
export interface PanelOptions {
  /** Default `/admin/plugins`. */
  readonly path?: string;
}

export interface PanelParts {
  readonly path: string;
  /** Prefix of the admin API. */
  readonly api: string;
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Adds the admin panel. It is the same for everybody: what it shows it asks the guarded admin API for. Throws `OPTIONS_INVALID`. */
export function servePanel(app: FastifyInstance, { path, api }: PanelParts): void {
  const { page, assets } = readPanelFiles();
  const place = `${app.prefix}${path}`;
  const html = page
    .replaceAll('"./assets/', () => `"${escaped(place)}/assets/`)
    .replace('{{api}}', () => escaped(`${app.prefix}${api}`))
    .replace('{{path}}', () => escaped(place));
  const sendPage = (_request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    reply.headers(headers).header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(html);
  app.get(path, sendPage);
  // each view of the panel has an address of its own
  app.get(`${path}/*`, sendPage);
  app.get(`${path}/assets/*`, (request, reply) => {
    const file = assets.get((request.params as { '*': string })['*']);
    if (file) return sendFile(file, request, reply);
    reply.callNotFound();
    return reply;
  });
}

function sendFile({ type, body, zipped }: PanelFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers(headers).header('cache-control', 'public, max-age=31536000, immutable').type(type);
  void reply.header('vary', 'Accept-Encoding');
  const takesZipped = /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  return takesZipped ? reply.header('content-encoding', 'gzip').send(zipped) : reply.send(body);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
