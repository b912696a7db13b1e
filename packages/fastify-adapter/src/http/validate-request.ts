import type { FastifyRequest } from 'fastify';
import type { PartValidator, PluginRoute } from './plugin-route.ts';

/**
 * Why a request does not fit the schema of its route, in Fastify's own form; `undefined` when it does, or when the
 * route wants to look at the problem itself.
 */
export function checkRequest(route: PluginRoute, request: FastifyRequest): Error | undefined {
  if (route.validators === undefined) return undefined;
  try {
    const problem = firstProblem(route.validators, request);
    if (!problem || !route.attachValidation) return problem;
    request.validationError = problem as never;
    return undefined;
  } catch (error) {
    // a schema may hold functions of the plugin; what they throw must not be lost between two callbacks
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
}

function firstProblem(validators: readonly PartValidator[], request: FastifyRequest): Error | undefined {
  for (const part of validators) {
    const problem = validatePart(part, request as unknown as Record<string, unknown>);
    if (problem) return problem;
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
