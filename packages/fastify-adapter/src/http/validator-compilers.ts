import { AjvCompiler } from '@fastify/ajv-compiler';
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';

/** The part of Ajv that decides whether a schema is one. */
interface SchemaChecker {
  validateSchema(schema: unknown, throwOrLog?: boolean): unknown;
}

/** Fastify's own settings for Ajv. */
const ajvDefaults = { coerceTypes: 'array', useDefaults: true, removeAdditional: true, allErrors: false };

/**
 * Opens compilers of request validators that behave as Fastify's own. Every generation gets one, so that what it has
 * compiled goes with it; what checks the schemas themselves is shared, because Ajv takes longer to compile that than
 * everything else in a small reload.
 */
export function createValidatorCompilers(app: FastifyInstance, ajv: object): () => FastifySchemaCompiler<unknown> {
  let checker: SchemaChecker | undefined;
  const open = (onCreate: (created: SchemaChecker) => void): FastifySchemaCompiler<unknown> => {
    const options = { customOptions: { ...ajvDefaults, ...ajv }, plugins: [], onCreate };
    return AjvCompiler()(app.getSchemas() as never, options as never);
  };
  return () => {
    if (checker === undefined) open((created) => (checker = created));
    return open((created) => {
      created.validateSchema = (schema, throwOrLog) => checker?.validateSchema(schema, throwOrLog);
    });
  };
}
