import type { JsonObject } from './json.ts';

/** An error answer: RFC 9457 problem details, plus `success` and `error` for clients of the older style. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly message: string;
    readonly line?: number;
    readonly column?: number;
  }[];
  /** What a program needs to go on, by code: for example the permissions that wait for consent. */
  readonly details?: JsonObject;
  readonly requestId: string;
  readonly success: false;
  /** The sentence of `detail`. */
  readonly error: string;
}
