import { PluginError, type GatewayGate, type HttpTableOwner, type SecretRedaction } from '@catalyst-plugins/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticationStep, isRouteAuth, type RouteAuth, type RouteAuthOptions } from './route-authentication.ts';
import type { PayloadFunction, StepFunction } from './run-functions.ts';
import type { SchemaCompilers, SchemaPlace, Serializer, Validator } from './schema-compilers.ts';

/** A part of the request and what checks it. */
export interface PartValidator {
  readonly httpPart: 'params' | 'body' | 'querystring' | 'headers';
  readonly member: 'params' | 'body' | 'query' | 'headers';
  readonly validate: Validator;
}

/** How many requests a generation answers. */
export interface PluginLoad {
  running: number;
  readonly limit: number;
}

/** A route of a plugin, checked and compiled: all that a request needs. */
export interface PluginRoute {
  readonly plugin: string;
  readonly gate: GatewayGate;
  readonly secrets: SecretRedaction;
  /** Has what is logged during a request kept as the plugin's. */
  readonly recorded: HttpTableOwner['recorded'];
  /** The table it answers in, for the plugin's middleware. */
  readonly middleware: { readonly steps: readonly StepFunction[] };
  /** What the plugin answers at the moment, and how much that may be. */
  readonly load: PluginLoad;
  readonly label: string;
  readonly methods: readonly string[];
  /** As registered, with a leading slash. */
  readonly url: string;
  /** The author's own `config` of the route. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether it needs a user: its `config.auth`, else the default of the server. */
  readonly auth: RouteAuth;
  /** What a request has to pass before anything of the plugin runs. */
  readonly authenticate: StepFunction | undefined;
  readonly constraints: Readonly<Record<string, string>> | undefined;
  /** As the author wrote it. */
  readonly schema: unknown;
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => unknown;
  readonly errorHandler: ((error: Error, request: FastifyRequest, reply: FastifyReply) => unknown) | undefined;
  readonly bodyLimit: number;
  readonly attachValidation: boolean;
  readonly validators: readonly PartValidator[] | undefined;
  /** By status code (200), class of codes (`2xx`) or `default`. */
  readonly serializers: ReadonlyMap<number | string, Serializer> | undefined;
  readonly onRequest: readonly StepFunction[] | undefined;
  readonly preParsing: readonly PayloadFunction[] | undefined;
  readonly preValidation: readonly StepFunction[] | undefined;
  readonly preHandler: readonly StepFunction[] | undefined;
  readonly preSerialization: readonly PayloadFunction[] | undefined;
  readonly onSend: readonly PayloadFunction[] | undefined;
  readonly onResponse: readonly StepFunction[] | undefined;
  readonly onError: readonly PayloadFunction[] | undefined;
  /** Whether it has functions beside its handler. */
  readonly hasHooks: boolean;
}

export interface PluginRouteContext {
  readonly app: FastifyInstance;
  readonly plugin: string;
  readonly gate: GatewayGate;
  readonly secrets: SecretRedaction;
  readonly recorded: HttpTableOwner['recorded'];
  readonly middleware: PluginRoute['middleware'];
  readonly load: PluginLoad;
  readonly compilers: SchemaCompilers;
  readonly authentication: RouteAuthOptions;
  readonly userIdOf: (request: FastifyRequest) => string | undefined;
  /** Largest body of a route that sets no limit, in bytes. */
  readonly defaultBodyLimit: number;
}

/** What plugins write; everything in it is theirs and not to be trusted. */
type GivenOptions = Readonly<Record<string, unknown>>;

const parts = [
  ['params', 'params'],
  ['body', 'body'],
  ['querystring', 'query'],
  ['headers', 'headers'],
] as const;

/** Makes a route out of what a plugin registered. Throws `ROUTE_INVALID`; a schema that does not compile is one too. */
export function compileRoute(given: unknown, context: PluginRouteContext): PluginRoute {
  const { app, plugin, gate, secrets, recorded, middleware, load, compilers } = context;
  const fail: Fail = (problem, cause) => {
    throw new PluginError('ROUTE_INVALID', `Plugin "${plugin}": ${problem}`, { plugin, cause });
  };
  if (typeof given !== 'object' || given === null) return fail('registerRoute needs an object of route options.');
  const options = given as GivenOptions;
  const url = checkedUrl(options, fail);
  const methods = checkedMethods(options, app, fail);
  const label = `${methods.join('|')} ${url}`;
  const place = { app, label, fail };
  if (options['websocket'] === true || options['wsHandler'] !== undefined) {
    return fail(`${label}: WebSocket routes are not supported; use ctx.onWebSocketMessage.`);
  }
  return {
    plugin,
    gate,
    secrets,
    recorded,
    middleware,
    load,
    label,
    methods,
    url,
    config: { ...(options['config'] as object | undefined), url, method: methods.length === 1 ? methods[0] : methods },
    ...authenticationOf(options, context, place),
    constraints: options['constraints'] as Record<string, string> | undefined,
    schema: options['schema'],
    handler: boundFunction(options, 'handler', place) ?? fail(`${label} has no handler function.`),
    errorHandler: boundFunction(options, 'errorHandler', place),
    bodyLimit: checkedBodyLimit(options, place) ?? context.defaultBodyLimit,
    attachValidation: options['attachValidation'] === true,
    ...compileSchema(options, { method: methods[0] as string, url }, compilers, (error) =>
      fail(
        `the schema of ${label} cannot be compiled: ${error instanceof Error ? error.message : String(error)}`,
        error,
      ),
    ),
    ...boundHooks(options, place),
  };
}

type Fail = (problem: string, cause?: unknown) => never;

function checkedUrl(options: GivenOptions, fail: Fail): string {
  const url = options['url'] ?? options['path'];
  if (typeof url !== 'string') return fail('a route has no url.');
  return url.startsWith('/') ? url : `/${url}`;
}

function checkedMethods({ method }: GivenOptions, app: FastifyInstance, fail: Fail): string[] {
  const methods = (Array.isArray(method) ? method : [method]).map((one) =>
    typeof one === 'string' ? one.toUpperCase() : '',
  );
  const unknown = methods.find((one) => !app.supportedMethods.includes(one));
  if (methods.length === 0 || unknown !== undefined)
    return fail(`a route has the unknown method ${JSON.stringify(method)}.`);
  return [...new Set(methods)];
}

interface RoutePlace {
  readonly app: FastifyInstance;
  readonly label: string;
  readonly fail: Fail;
}

function authenticationOf(
  options: GivenOptions,
  { plugin, authentication, userIdOf, gate }: PluginRouteContext,
  { label, fail }: RoutePlace,
): Pick<PluginRoute, 'auth' | 'authenticate'> {
  const config = options['config'] as { readonly auth?: unknown } | null | undefined;
  const auth = config?.auth ?? authentication.defaultAuth;
  if (!isRouteAuth(auth))
    return fail(
      `config.auth of ${label} is ${typeof auth === 'string' ? `"${auth}"` : `of type ${typeof auth}`}; it takes "required", "optional" or "public".`,
    );
  return { auth, authenticate: authenticationStep({ plugin, auth, userIdOf, gate }, authentication.authenticate) };
}

/** A function of the route, called with the server as `this`, as Fastify does. */
function boundFunction<Bound extends (...args: never[]) => unknown>(
  options: GivenOptions,
  name: string,
  { app, label, fail }: RoutePlace,
): Bound | undefined {
  const given = options[name];
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'function') return fail(`${name} of ${label} is not a function.`);
  return given.bind(app) as Bound;
}

type RouteHooks = Pick<
  PluginRoute,
  | 'onRequest'
  | 'preParsing'
  | 'preValidation'
  | 'preHandler'
  | 'preSerialization'
  | 'onSend'
  | 'onResponse'
  | 'onError'
  | 'hasHooks'
>;

function boundHooks(options: GivenOptions, place: RoutePlace): RouteHooks {
  const hooks = {
    onRequest: boundHook<StepFunction>(options, 'onRequest', place),
    preParsing: boundHook<PayloadFunction>(options, 'preParsing', place),
    preValidation: boundHook<StepFunction>(options, 'preValidation', place),
    preHandler: boundHook<StepFunction>(options, 'preHandler', place),
    preSerialization: boundHook<PayloadFunction>(options, 'preSerialization', place),
    onSend: boundHook<PayloadFunction>(options, 'onSend', place),
    onResponse: boundHook<StepFunction>(options, 'onResponse', place),
    onError: boundHook<PayloadFunction>(options, 'onError', place),
  };
  return { ...hooks, hasHooks: Object.values(hooks).some((hook) => hook !== undefined) };
}

function boundHook<Hook>(
  options: GivenOptions,
  name: string,
  { app, label, fail }: RoutePlace,
): readonly Hook[] | undefined {
  const given = options[name];
  // authors write `preHandler: condition && hook` and lists with gaps; both mean "no hook"
  const hooks = (Array.isArray(given) ? given.flat() : [given]).filter(
    (hook) => hook !== undefined && hook !== null && hook !== false,
  );
  if (hooks.length === 0) return undefined;
  if (hooks.some((hook) => typeof hook !== 'function')) return fail(`${name} of ${label} is not a function.`);
  return hooks.map((hook) => hook.bind(app) as Hook);
}

function checkedBodyLimit({ bodyLimit }: GivenOptions, { label, fail }: RoutePlace): number | undefined {
  if (bodyLimit === undefined) return undefined;
  if (typeof bodyLimit === 'number' && Number.isInteger(bodyLimit) && bodyLimit > 0) return bodyLimit;
  return fail(`bodyLimit of ${label} is not a positive whole number.`);
}

function compileSchema(
  { schema }: GivenOptions,
  place: SchemaPlace,
  compilers: SchemaCompilers,
  fail: (error: unknown) => never,
): Pick<PluginRoute, 'validators' | 'serializers'> {
  if (typeof schema !== 'object' || schema === null) return { validators: undefined, serializers: undefined };
  try {
    return {
      validators: compileValidators(schema as GivenOptions, place, compilers),
      serializers: compileSerializers(schema as GivenOptions, place, compilers),
    };
  } catch (error) {
    return fail(error);
  }
}

function compileValidators(
  schema: GivenOptions,
  place: SchemaPlace,
  compilers: SchemaCompilers,
): readonly PartValidator[] | undefined {
  const given = { ...schema, querystring: schema['querystring'] ?? schema['query'] } as GivenOptions;
  const validators = parts
    .filter(([httpPart]) => given[httpPart] !== undefined)
    .map(([httpPart, member]) => ({
      httpPart,
      member,
      validate: compilers.validator(given[httpPart], httpPart, place),
    }));
  return validators.length > 0 ? validators : undefined;
}

function compileSerializers(
  { response }: GivenOptions,
  place: SchemaPlace,
  compilers: SchemaCompilers,
): PluginRoute['serializers'] {
  if (typeof response !== 'object' || response === null) return undefined;
  const serializers = new Map<number | string, Serializer>();
  for (const [status, given] of Object.entries(response)) {
    const schema = given?.content?.['application/json']?.schema ?? given;
    serializers.set(
      /^\d+$/.test(status) ? Number(status) : status.toLowerCase(),
      compilers.serializer(schema, status, place),
    );
  }
  return serializers;
}
