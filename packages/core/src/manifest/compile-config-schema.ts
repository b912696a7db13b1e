import { z } from 'zod';
import type { JsonObject } from '../protocol/json.ts';

/** Makes a check out of a manifest's `configSchema`; throws for JSON Schema that cannot be checked against. */
export function compileConfigSchema(schema: JsonObject): z.ZodType {
  // a configuration is an object always; without the type its properties would not be looked at
  return z.fromJSONSchema({ type: 'object', ...schema });
}
