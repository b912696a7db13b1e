import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

const folder = fileURLToPath(new URL('../../docs-page', import.meta.url));
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** Adds the page that shows the document, at `docs`. It is the same for everybody: what it shows it asks the guarded document for. */
export async function docsPage(scope: FastifyInstance): Promise<void> {
  for (const name of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, name));
    const type = types[path.extname(name)];
    if (type === undefined) continue;
    scope.get(name === 'index.html' ? '/docs' : `/docs/${name}`, (_request, reply) =>
      reply.headers(headers).type(type).send(text),
    );
  }
}
