import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyInstance, FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { z } from 'zod';
import { CompiledSchemas } from './compiled-schemas.ts';
import { createValidatorCompilers } from './validator-compilers.ts';

/** Checks one part of a request; as Fastify's validators, it may change the data or return another value. */
export type Validator = {
  (data: unknown, context?: { parentData: object; parentDataProperty: string }): unknown;
  errors?: unknown;
  schemaEnv?: unknown;
};

export type Serializer = (payload: unknown) => string;

/** Where a schema belongs, for messages and for compilers that want to know. */
export interface SchemaPlace {
  readonly method: string;
  readonly url: string;
}

/** Compiles the schemas of one generation's routes. */
export interface SchemaCompilers {
  validator(schema: unknown, httpPart: string, place: SchemaPlace): Validator;
  serializer(schema: unknown, httpStatus: string, place: SchemaPlace): Serializer;
}

/**
 * Opens compilers that behave as the host's: those that the host has set, else Fastify's own.
 * Every generation gets its own, made when the first schema comes that none has compiled, so that they go with the
 * generations that use them.
 */
export function createSchemaCompilers(app: FastifyInstance, ajv: object): () => SchemaCompilers {
  const openValidatorCompiler = createValidatorCompilers(app, ajv);
  const compiled = new CompiledSchemas();
  return () => {
    let validatorCompiler: FastifySchemaCompiler<unknown> | undefined;
    let serializerCompiler: FastifySerializerCompiler<unknown> | undefined;
    return {
      validator(given, httpPart, { method, url }) {
        if (isZod(given)) return zodValidator(given);
        const { validatorCompiler: ofHost } = app;
        if (ofHost) return ofHost({ schema: given, method, url, httpPart });
        return compiled.get<Validator>(httpPart, given, (schema) => {
          validatorCompiler ??= openValidatorCompiler();
          return validatorCompiler({ schema, method, url, httpPart });
        });
      },
      serializer(given, httpStatus, { method, url }) {
        if (isZod(given)) return zodSerializer(given);
        const { serializerCompiler: ofHost } = app;
        if (ofHost) return ofHost({ schema: given, method, url, httpStatus });
        return compiled.get<Serializer>('response', given, (schema) => {
          serializerCompiler ??= SerializerSelector()(app.getSchemas(), {}) as unknown as typeof serializerCompiler;
          return (serializerCompiler as FastifySerializerCompiler<unknown>)({ schema, method, url, httpStatus });
        });
      },
    };
  };
}

/** Whether a schema was made by zod, the host's copy or the plugin's own. */
export function isZod(schema: unknown): schema is z.ZodType {
  return typeof schema === 'object' && schema !== null && '_zod' in schema && 'safeParse' in schema;
}

function zodValidator(schema: z.ZodType): Validator {
  return (data) => {
    const result = schema.safeParse(data ?? undefined);
    if (result.success) return { value: result.data };
    const message = result.error.issues
      .map(({ path, message: text }) => `${path.length > 0 ? `/${path.join('/')} ` : ''}${text}`)
      .join(', ');
    return {
      error: Object.assign(new Error(message), {
        statusCode: 400,
        code: 'FST_ERR_VALIDATION',
        validation: result.error.issues,
      }),
    };
  };
}

function zodSerializer(schema: z.ZodType): Serializer {
  return (payload) => JSON.stringify(schema.parse(payload));
}
