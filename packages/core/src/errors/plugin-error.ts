import type { JsonObject } from '../protocol/json.ts';
import { errorCatalogue, type ErrorCode, type Fault } from './error-catalogue.ts';

/** One fault in an input, with the place where it is. */
export interface Issue {
  /** JSON pointer (RFC 6901) into the input, `''` for the whole. */
  readonly pointer: string;
  /** What is wrong and what was expected. */
  readonly message: string;
  /** Line in the source file, from 1. */
  readonly line?: number;
  /** Column in the source file, from 1. */
  readonly column?: number;
}

export interface PluginErrorOptions {
  /** The plugin it concerns. */
  readonly plugin?: string | undefined;
  /** Replaces the hint of the catalogue where something more exact can be said. */
  readonly hint?: string | undefined;
  readonly issues?: readonly Issue[] | undefined;
  /** What a program needs to go on; sent to clients, so without secrets. */
  readonly details?: JsonObject | undefined;
  readonly cause?: unknown;
}

/** The one error class of the framework; `code` says which of the catalogue it is. */
export class PluginError extends Error {
  readonly code: ErrorCode;
  readonly fault: Fault;
  /** HTTP status that fits the error. */
  readonly status: number;
  /** What to do about it, in one sentence. */
  readonly hint: string;
  readonly plugin: string | undefined;
  readonly issues: readonly Issue[];
  readonly details: JsonObject | undefined;

  constructor(code: ErrorCode, message: string, options: PluginErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const description = errorCatalogue[code];
    this.name = 'PluginError';
    this.code = code;
    this.fault = description.fault;
    this.status = description.status;
    this.hint = options.hint ?? description.hint;
    this.plugin = options.plugin;
    this.issues = options.issues ?? [];
    this.details = options.details;
  }

  /** The name under which Node frameworks look for a status. */
  get statusCode(): number {
    return this.status;
  }
}

/** Tells a framework error from any other, also across two copies of this package. */
export function isPluginError(error: unknown): error is PluginError {
  try {
    return (
      error instanceof Error &&
      error.name === 'PluginError' &&
      'code' in error &&
      Object.hasOwn(errorCatalogue, String(error.code))
    );
  } catch {
    // plugins may throw proxies and objects whose getters throw
    return false;
  }
}

/** Whether whatever was thrown is the framework's error of that code. */
export function hasCode(thrown: unknown, code: ErrorCode): boolean {
  return isPluginError(thrown) && thrown.code === code;
}
