import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { onLoad, startServer, type TestServer, type TestServerOptions } from './start-server.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a document is read by paths that only the tests know
type Document = any;

const prefix = '/api/plugins';

/** Starts a server with one plugin whose `onLoad` has this body. */
function startWith(body: string, options: TestServerOptions = {}): Promise<TestServer> {
  return startServer({ plugins: { demo: { 'index.js': onLoad(body) } }, ...options });
}

async function readDocument(server: TestServer): Promise<Document> {
  const response = await server.admin(`${prefix}/openapi.json`);
  expect(response.status).toBe(200);
  const document = await response.json();
  await expectValid(document);
  return document;
}

const validator = new Validator();

/** A validator of OpenAPI says yes, ids are unique, every schema compiles, and every example fits its schema. */
async function expectValid(document: Document): Promise<void> {
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect([valid, errors]).toEqual([true, undefined]);
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', components: document.components });
  const inDocument = (schema: object): object =>
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));
  // the admin API is the same in all documents, so one test looks at it
  const isLookedAt = (name: string): boolean =>
    document.tags.length === 1 || document.tags[0].name !== 'admin' || name.includes('.');
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    if (isLookedAt(name)) ajv.compile(inDocument(schema as object));
  }
  const ids = new Set<string>();
  for (const { path, operation } of operationsOf(document)) {
    expect(ids, path).not.toContain(operation.operationId);
    ids.add(operation.operationId);
    const parameters = (operation.parameters ?? []).map(({ name, in: place }: Document) => `${place} ${name}`);
    expect(new Set(parameters).size, path).toBe(parameters.length);
    expect(parameters.filter((one: string) => one.startsWith('path ')).length, path).toBe(path.split('{').length - 1);
    if (!isLookedAt(operation.operationId)) continue;
    for (const { schema } of operation.parameters ?? []) ajv.compile(inDocument(schema));
    for (const media of mediaOf(operation)) {
      const validate = ajv.compile(inDocument(media.schema));
      if ('example' in media) expect([path, validate(media.example), validate.errors]).toEqual([path, true, null]);
    }
  }
}

function operationsOf(document: Document): { path: string; method: string; operation: Document }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Document)
      .filter(([method]) => !method.startsWith('x-'))
      .map(([method, operation]) => ({ path, method, operation })),
  );
}

function mediaOf(operation: Document): Document[] {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)].filter(Boolean);
  return bodies.flatMap(({ content = {} }: Document) => Object.values(content));
}

function pathsOf(document: Document): string[] {
  return Object.keys(document.paths).filter((path) => path.startsWith(`${prefix}/demo`));
}

test('the document of a server without plugins has the admin API, with an example of every answer', async () => {
  await using server = await startServer();
  const document = await readDocument(server);
  expect(document.tags).toEqual([{ name: 'admin', description: 'Manage plugins.' }]);
  for (const { path, method, operation } of operationsOf(document)) {
    const [media] = mediaOf(operation);
    if (path !== `${prefix}/events`) expect([path, method, 'example' in media]).toEqual([path, method, true]);
    expect(operation.security).toEqual([{ administrator: [] }]);
  }
});

test('a route of an active plugin is described with everything that its schema says', async () => {
  await using server = await startWith(`
    ctx.registerRoute({
      method: 'POST', url: 'tickets/:id', config: { auth: 'required' },
      schema: {
        summary: 'Answer a ticket', description: 'Adds a comment.', tags: ['Tickets'], operationId: 'answer',
        deprecated: true, consumes: ['application/json', 'application/vnd.demo+json'],
        params: { type: 'object', properties: { id: { type: 'integer', minimum: 1, description: 'Its number.' } } },
        querystring: { type: 'object', required: ['notify'], properties: {
          notify: { type: 'boolean' }, lang: { type: 'string', enum: ['de', 'en'], default: 'en' } } },
        headers: { type: 'object', properties: { 'x-trace': { type: 'string' }, authorization: { type: 'string' } } },
        body: { type: 'object', required: ['text'], additionalProperties: false, properties: {
          text: { type: 'string', minLength: 3, examples: ['It works again.'] },
          mail: { type: 'string', format: 'email' } } },
        response: {
          '2xx': { description: 'The comment.', type: 'object', properties: { id: { type: 'string', format: 'uuid' } } },
          404: { type: 'object', properties: { error: { type: 'string' } } },
        },
      },
      handler: async () => ({ secret: 'in the handler' }),
    });`);
  const document = await readDocument(server);
  const operation = document.paths[`${prefix}/demo/tickets/{id}`].post;
  expect(operation).toMatchObject({
    summary: 'Answer a ticket',
    description: 'Adds a comment.',
    tags: ['Tickets'],
    operationId: 'demo.answer',
    deprecated: true,
    security: [{ user: [] }],
    'x-catalyst-plugin': 'demo',
    parameters: [
      { name: 'id', in: 'path', required: true, description: 'Its number.', schema: { type: 'integer', minimum: 1 } },
      { name: 'notify', in: 'query', required: true, schema: { type: 'boolean' } },
      { name: 'lang', in: 'query', required: false, schema: { enum: ['de', 'en'], default: 'en' } },
      { name: 'x-trace', in: 'header', required: false },
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': { example: { text: 'It works again.', mail: 'ana@example.com' } },
        'application/vnd.demo+json': { example: { text: 'It works again.', mail: 'ana@example.com' } },
      },
    },
    responses: {
      '2XX': {
        description: 'The comment.',
        content: { 'application/json': { example: { id: '123e4567-e89b-42d3-a456-426614174000' } } },
      },
      '404': { description: 'It was refused.' },
      '503': { $ref: '#/components/responses/PluginNotActive' },
    },
  });
  expect(operation.parameters).toHaveLength(4);
  expect(JSON.stringify(document).includes('in the handler')).toBe(false);
});

test('urls become paths, whatever the router can take', async () => {
  const urls = [
    'plain',
    '/',
    '/users/:id/posts/:postId',
    '/page/:number?',
    '/at/:hour(^\\\\d{2})h:minute(^\\\\d{2})m',
    '/file/:name.:ext',
    '/near/:lat-:lng',
    '/time/10::30',
    '/files/*',
  ];
  const routes = urls.map((url) => `ctx.registerRoute({ method: 'GET', url: '${url}', handler: async () => 1 });`);
  await using server = await startWith(routes.join('\n'));
  const document = await readDocument(server);
  expect(pathsOf(document).map((path) => path.slice(`${prefix}/demo`.length))).toEqual([
    '/plain',
    '/',
    '/users/{id}/posts/{postId}',
    '/page',
    '/page/{number}',
    '/at/{hour}h{minute}m',
    '/file/{name}.{ext}',
    '/near/{lat}-{lng}',
    '/time/10:30',
    '/files/{wildcard}',
  ]);
  expect(document.paths[`${prefix}/demo/at/{hour}h{minute}m`].get.parameters[0]).toEqual({
    name: 'hour',
    in: 'path',
    required: true,
    schema: { type: 'string', pattern: '^(?:\\d{2})$' },
  });
});

test('paths that differ in the names of their parameters only are one path', async () => {
  await using server = await startWith(`
    const params = { type: 'object', properties: { key: { type: 'integer' } } };
    ctx.registerRoute({ method: 'GET', url: '/items/:id', handler: async () => 1 });
    ctx.registerRoute({ method: 'DELETE', url: '/items/:key', schema: { params }, handler: async () => 1 });`);
  const document = await readDocument(server);
  expect(pathsOf(document)).toEqual([`${prefix}/demo/items/{id}`]);
  expect(document.paths[`${prefix}/demo/items/{id}`].delete.parameters).toMatchObject([
    { name: 'id', schema: { type: 'integer' } },
  ]);
});

test('HEAD that follows GET and hidden routes are left out; every other method is there', async () => {
  await using server = await startWith(`
    const handler = async () => 1;
    ctx.registerRoute({ method: ['GET', 'HEAD', 'POST'], url: '/many', handler });
    ctx.registerRoute({ method: 'HEAD', url: '/only', handler });
    ctx.registerRoute({ method: 'GET', url: '/hidden', schema: { hide: true, summary: 'nobody sees this' }, handler });
    ctx.registerRoute({ method: 'GET', url: '/v', constraints: { version: '1.0.0' }, handler });
    ctx.registerRoute({ method: 'GET', url: '/v', constraints: { version: '2.0.0' }, handler });`);
  const document = await readDocument(server);
  expect(Object.keys(document.paths[`${prefix}/demo/many`])).toEqual(['get', 'post']);
  expect(Object.keys(document.paths[`${prefix}/demo/only`])).toEqual(['head']);
  expect(JSON.stringify(document)).not.toContain('hidden');
  expect(document.paths[`${prefix}/demo/v`]).toMatchObject({
    get: { 'x-catalyst-constraints': { version: '1.0.0' } },
    'x-catalyst-problem': expect.stringContaining('constraints'),
  });
});

test('references lead to components whose names do not clash between plugins', async () => {
  const plugin = (type: string): string =>
    onLoad(`
      const body = {
        $id: 'ticket', type: 'object', properties: { owner: { $ref: '#/definitions/Owner' }, parts: { type: 'array', items: { $ref: '#' } },
          address: { $ref: 'address#' }, city: { $ref: 'address#/properties/city' } },
        definitions: { Owner: { type: '${type}' } },
      };
      ctx.registerRoute({ method: 'POST', url: '/', schema: { body }, handler: async () => 1 });`);
  await using server = await startServer({
    plugins: { first: { 'index.js': plugin('string') }, second: { 'index.js': plugin('number') } },
    before: (app) => {
      app.addSchema({ $id: 'address', type: 'object', properties: { city: { type: 'string', examples: ['Berlin'] } } });
      app.addSchema({ $id: 'unused', type: 'object', properties: { secret: { const: 'of the host' } } });
    },
  });
  const document = await readDocument(server);
  expect(Object.keys(document.components.schemas).toSorted()).toEqual([
    'AuditRecord',
    'HealthCheck',
    'OperationsPluginHealth',
    'PluginDetail',
    'PluginErrorGroup',
    'PluginLogLine',
    'PluginOperation',
    'PluginSummary',
    'Problem',
    'first.Owner',
    'first.ticket',
    'second.Owner',
    'second.ticket',
    'shared.address',
    'shared.city',
  ]);
  expect(document.components.schemas['second.Owner']).toEqual({ type: 'number' });
  const { example } = document.paths[`${prefix}/second/`].post.requestBody.content['application/json'];
  expect(example).toMatchObject({ owner: 1, address: { city: 'Berlin' }, city: 'Berlin' });
  expect(JSON.stringify(document)).not.toContain('of the host');
});

test('schemas of zod are described as what comes in and what goes out', async () => {
  await using server = await startWith(
    `const { z } = globalThis.zodOfTheHost;
     const Kind = z.enum(['a', 'b']).meta({ id: 'Kind' });
     ctx.registerRoute({ method: 'GET', url: '/kinds', schema: { response: { 200: z.array(Kind) } }, handler: async () => [] });
     const Node = z.object({ name: z.string(), get children() { return z.array(Node); } });
     ctx.registerRoute({
       method: 'PUT', url: '/zod/:id',
       schema: {
         params: z.object({ id: z.coerce.number().int() }),
         querystring: z.object({ since: z.iso.datetime().optional().describe('Not before.') }),
         body: z.object({ size: z.number().min(3).max(4).default(3), kind: Kind, tree: Node }),
         response: { 200: z.object({ at: z.date(), made: z.string().transform((text) => text.length) }) },
       },
       handler: async () => 1,
     });`,
    { before: () => void Object.assign(globalThis, { zodOfTheHost: { z } }) },
  );
  const document = await readDocument(server);
  expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['demo.Kind']));
  expect(Object.keys(document.components.schemas)).not.toContain('demo.Kind-2');
  const { put } = document.paths[`${prefix}/demo/zod/{id}`];
  expect(put.parameters).toMatchObject([
    { name: 'id', schema: { type: 'integer' } },
    { name: 'since', required: false, description: 'Not before.', schema: { format: 'date-time' } },
  ]);
  const body = put.requestBody.content['application/json'];
  expect(body.schema.required).toEqual(['kind', 'tree']);
  expect(body.example).toMatchObject({ size: 3, kind: 'a', tree: { name: 'string' } });
  expect(put.responses[200].content['application/json'].schema.properties.at).toEqual({
    type: 'string',
    format: 'date-time',
  });
});

test('words of older drafts are told in those of the newest', async () => {
  await using server = await startWith(`
    ctx.registerRoute({ method: 'POST', url: '/', schema: { response: { 200: { type: 'object', properties: {
      pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
      none: { type: 'string', nullable: true },
      old: { type: 'integer', example: 7 },
    } } } }, handler: async () => 1 });`);
  const { post } = (await readDocument(server)).paths[`${prefix}/demo/`];
  const { schema, example } = post.responses[200].content['application/json'];
  expect(schema.properties).toMatchObject({
    pair: { prefixItems: [{ type: 'string' }, { type: 'number' }], items: false },
    none: { type: ['string', 'null'] },
    old: { examples: [7] },
  });
  expect(example).toEqual({ pair: ['string', 1], none: 'string', old: 7 });
});

test('what cannot be described is left out with a note, and nothing else is', async () => {
  await using server = await startServer({
    plugins: {
      good: { 'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 1 });`) },
      bad: {
        'index.js': onLoad(`
          const handler = async () => 1;
          const cyclic = {}; cyclic.self = { type: 'object', properties: { again: cyclic } }; cyclic.properties = cyclic;
          const deep = {}; let at = deep; for (let i = 0; i < 5000; i += 1) at = at.not = {};
          const wide = { properties: Object.fromEntries(Array.from({ length: 20000 }, (_, i) => ['p' + i, {}])) };
          const throwing = { get type() { throw new Error('secret of a getter'); } };
          const hostile = new Proxy({}, { ownKeys() { throw new Error('secret of a proxy'); } });
          const odd = { type: 'banana', minLength: -1, pattern: '(', enum: [], required: 'x', properties: 7,
            items: 'no', default: () => 1, $ref: '#/nowhere', examples: [1n], maximum: NaN, 'x-secret': 's3cret' };
          const all = { cyclic, deep, wide, throwing, hostile, odd, text: 'secret text', nothing: null, list: [] };
          for (const [name, schema] of Object.entries(all)) {
            const content = { 'text/plain': { schema }, 'no type': { schema }, 'a/b': null };
            ctx.registerRoute({ method: 'GET', url: '/' + name, handler, schema: { response: { 200: { content }, weird: {} } } });
          }
          ctx.registerRoute({ method: 'GET', url: '/texts', handler, schema: { summary: 7, description: {}, tags: 'x',
            deprecated: 'yes', operationId: [], produces: ['', 4], response: { 200: { type: 'string', description: 4 } } } });
          const once = { n: 0 };
          ctx.registerRoute({ method: 'GET', url: '/later', handler, schema: {
            get response() { if (once.n++ > 1) throw new Error('secret of later'); } } });
        `),
      },
    },
    // Fastify's own would refuse most of these
    before: (app) => void app.setSerializerCompiler(() => (data) => JSON.stringify(data)),
  });
  expect(server.host.summary('bad')).toMatchObject({ state: 'active', error: null });
  const document = await readDocument(server);
  expect(document.paths[`${prefix}/good/x`].get.operationId).toBe('good.get-x');
  const schemaOf = (name: string): Document =>
    document.paths[`${prefix}/bad/${name}`].get.responses[200].content['text/plain'].schema;
  for (const name of ['throwing', 'hostile', 'text', 'list']) {
    expect([name, schemaOf(name)]).toEqual([name, { 'x-catalyst-problem': expect.any(String) }]);
  }
  expect(Object.keys(schemaOf('odd'))).toEqual(['items', 'x-catalyst-problem']);
  for (const name of ['cyclic', 'deep', 'wide']) expect(JSON.stringify(schemaOf(name))).toContain('too large');
  expect(document.paths[`${prefix}/bad/later`].get['x-catalyst-problem']).toBeDefined();
  expect(/secret (?:of|text)|s3cret/.exec(JSON.stringify(document))).toBeNull();
});

test('what authors give as examples is shown only where it fits', async () => {
  await using server = await startWith(`
    ctx.registerRoute({ method: 'POST', url: '/', handler: async () => 1, schema: { body: { type: 'object',
      required: ['code', 'n'], properties: {
      code: { type: 'string', pattern: '^[A-Z]{2}$', examples: ['wrong'] },
      n: { type: 'integer', exclusiveMinimum: 10, multipleOf: 4, default: 3 },
      impossible: { type: 'string', pattern: '^unlikely-[0-9]{13}$' },
      either: { oneOf: [{ type: 'object', required: ['a'], properties: { a: { const: 1 } } }, { type: 'null' }] },
      list: { type: 'array', minItems: 2, items: { type: 'string', format: 'ipv4' } },
      map: { type: 'object', additionalProperties: { type: 'boolean' } },
    } } } });`);
  const { post } = (await readDocument(server)).paths[`${prefix}/demo/`];
  expect(post.requestBody.content['application/json'].example).toEqual({
    code: 'DE',
    n: 12,
    either: { a: 1 },
    list: ['192.0.2.1', '192.0.2.1'],
    map: { key: true },
  });
});

test('the document follows the plugins, and a reader who has it gets 304', async () => {
  await using server = await startWith(
    `ctx.registerRoute({ method: 'GET', url: '/one', handler: async () => 1 });
     globalThis.moreRoutes = () => ctx.registerRoute({ method: 'GET', url: '/two', handler: async () => 2 });`,
  );
  const first = await server.admin(`${prefix}/openapi.json`);
  await first.text();
  const etag = first.headers.get('etag') ?? '';
  const poll = async (known = etag): Promise<readonly [status: number, isEmpty: boolean]> => {
    const answer = await server.admin(`${prefix}/openapi.json`, { headers: { 'if-none-match': known } });
    return [answer.status, (await answer.text()) === ''];
  };
  expect(await poll()).toEqual([304, true]);
  // what compresses answers on the way makes tags weak
  expect(await poll(`"x", W/${etag.replace('W/', '')}`)).toEqual([304, true]);

  // the same routes of a new generation are the same document
  await server.host.reload('demo');
  expect(await poll()).toEqual([304, true]);

  const remove = (globalThis as unknown as { moreRoutes: () => () => void }).moreRoutes();
  await expect.poll(() => poll()).toEqual([200, false]);
  expect(pathsOf(await readDocument(server))).toEqual([`${prefix}/demo/one`, `${prefix}/demo/two`]);
  remove();
  expect(await poll()).toEqual([304, true]);

  await server.host.disable('demo');
  expect(pathsOf(await readDocument(server))).toEqual([]);
  await server.host.enable('demo');
  expect(pathsOf(await readDocument(server))).toEqual([`${prefix}/demo/one`]);

  await server.folder.write('demo', {
    'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/three', handler: async () => 3 });`),
  });
  await server.host.reload('demo');
  expect(pathsOf(await readDocument(server))).toEqual([`${prefix}/demo/three`]);
});

test('who may read the document is for the host to say', async () => {
  const plugins = {
    demo: { 'index.js': onLoad(`ctx.registerRoute({ method: 'GET', url: '/x', handler: async () => 1 });`) },
  };
  await using guarded = await startServer({ plugins });
  expect((await guarded.fetch(`${prefix}/openapi.json`)).status).toBe(401);
  expect((await guarded.fetch(`${prefix}/openapi/plugins.json`)).status).toBe(404);

  const openApi = { public: true, title: 'Panel', version: '7.0.0', servers: [{ url: 'https://panel.example' }] };
  await using open = await startServer({ plugins, adapter: { openApi } });
  const document = await (await open.fetch(`${prefix}/openapi/plugins.json`)).json();
  await expectValid(document);
  expect(Object.keys(document.paths)).toEqual([`${prefix}/demo/x`]);
  expect(document).toMatchObject({
    info: { title: 'Panel', version: '7.0.0' },
    servers: [{ url: 'https://panel.example' }],
  });
  expect((await open.fetch(`${prefix}/openapi.json`)).status).toBe(401);

  await using none = await startServer({ plugins, adapter: { openApi: false } });
  expect((await none.admin(`${prefix}/openapi.json`)).status).toBe(404);
  expect((await none.admin(`${prefix}/docs`)).status).toBe(404);
  await using withoutAdmin = await startServer({ plugins, adapter: { admin: false } });
  expect((await withoutAdmin.fetch(`${prefix}/docs`)).status).toBe(404);
});
