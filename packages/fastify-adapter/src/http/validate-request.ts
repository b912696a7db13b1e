import type { FastifyRequest } from 'fastify';
import type { PartValidator, PluginRoute } from './plugin-route.ts';

/** Why a request does not fit the schema of its route, in Fastify's own form; `undefined` when it does. */
export function validateRequest(route: PluginRoute, request: FastifyRequest): Error | undefined {
  for (const part of route.validators ?? []) {
    const error = validatePart(part, request as unknown as Record<string, unknown>);
    if (error) return error;
  }
  return undefined;
}

function validatePart(
  { validate, httpPart, member }: PartValidator,
  request: Record<string, unknown>,
): Error | undefined {
  const data = request[member] === undefined ? null : request[member];
  const result = validate.schemaEnv
    ? validate(data, { parentData: request, parentDataProperty: member })
    : validate(data);
  if (result === false) return validationError(validate.errors, httpPart);
  if (typeof result !== 'object' || result === null) return undefined;
  if ('error' in result && result.error) return asValidationError(result.error, httpPart);
  if ('value' in result) request[member] = result.value;
  return undefined;
}

function validationError(errors: unknown, httpPart: string): Error {
  const [first] = errors as { instancePath?: string; message?: string }[];
  const message = `${httpPart}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`;
  return Object.assign(new Error(message), { validation: errors, ...validationDetails(httpPart) });
}

function asValidationError(error: unknown, httpPart: string): Error {
  const own = error instanceof Error ? error : new Error(String(error));
  for (const [key, value] of Object.entries(validationDetails(httpPart)))
    if (!(key in own)) Object.assign(own, { [key]: value });
  return own;
}

function validationDetails(httpPart: string): object {
  return { statusCode: 400, code: 'FST_ERR_VALIDATION', validationContext: httpPart };
}
