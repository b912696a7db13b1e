import { z } from 'zod';

/** Whether a schema is for what comes in or for what goes out; they differ where zod changes values. */
export type Direction = 'input' | 'output';

/** A schema of zod, the host's copy or the plugin's own, as JSON Schema for people. Throws for what has none. */
export function zodToJsonSchema(schema: z.ZodType, direction: Direction): object {
  return z.toJSONSchema(schema, {
    io: direction,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      // what is sent as JSON is the text that dates become
      if (def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      // the format says it, and people can read that
      if ('check' in def && 'format' in def && 'format' in jsonSchema) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}
