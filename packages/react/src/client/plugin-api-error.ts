import type { JsonObject, Problem } from '@catalyst-plugins/core/protocol';

/** One thing that is wrong with a request, at a JSON pointer; forms show it beside its field. */
export type ProblemEntry = NonNullable<Problem['errors']>[number];

/** What a `PluginApiError` is made from. */
export interface PluginApiErrorDetails {
  readonly code: string;
  readonly status?: number;
  readonly hint?: string;
  readonly errors?: readonly ProblemEntry[];
  readonly details?: JsonObject;
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** Whatever went wrong between this client and the admin API, in one shape: refused, unreachable or not understood. */
export class PluginApiError extends Error {
  override readonly name = 'PluginApiError';
  /** A code of the host, or `NETWORK_FAILED`, `ANSWER_INVALID`, `CLIENT_FAILED` of this client. */
  readonly code: string;
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What to do about it. */
  readonly hint: string;
  readonly errors: readonly ProblemEntry[];
  /** What a program needs to go on, by code: for example `dependants` of `DEPENDANTS_ACTIVE`. */
  readonly details: JsonObject | undefined;
  /** To find the request in the log of the host. */
  readonly requestId: string | undefined;

  constructor(message: string, given: PluginApiErrorDetails) {
    const { code, status = 0, hint = '', errors = [], details, requestId, cause } = given;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.hint = hint;
    this.errors = errors;
    this.details = details;
    this.requestId = requestId;
  }
}

/** Makes sure that a caught value is a `PluginApiError`, for code that keeps errors as data. */
export function asPluginApiError(error: unknown): PluginApiError {
  if (error instanceof PluginApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PluginApiError(message, { code: 'CLIENT_FAILED', cause: error });
}
