/** What the `schema` of a route may say of it besides its shapes, for the OpenAPI document; named as `@fastify/swagger` does. */
export interface RouteDescription {
  summary?: string;
  description?: string;
  tags?: readonly string[];
  operationId?: string;
  deprecated?: boolean;
  /** Leaves the route out of the document. */
  hide?: boolean;
  consumes?: readonly string[];
  produces?: readonly string[];
  security?: ReadonlyArray<{ [securityLabel: string]: readonly string[] }>;
}

declare module 'fastify' {
  // oxlint-disable-next-line typescript/no-empty-object-type -- declaration merging needs an interface
  interface FastifySchema extends RouteDescription {}
}
