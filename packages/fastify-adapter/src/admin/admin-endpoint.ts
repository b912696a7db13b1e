import type { PluginHost } from '@catalyst-plugins/core';
import type { z } from 'zod';
import type { AdminPermission } from './administrator.ts';

/** A request to the admin API, checked, by somebody who may. */
export interface AdminCall {
  readonly host: PluginHost;
  readonly actor: string;
  readonly params: { readonly name?: string; readonly id?: string };
  readonly query: unknown;
  readonly body: unknown;
  /** Answers with another status than 200. */
  readonly setStatus: (status: number) => void;
}

/** One endpoint: the routes and the OpenAPI document are made from the same list. */
export interface AdminEndpoint {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix, in Fastify's form. */
  readonly path: string;
  readonly permission: AdminPermission;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  readonly run: (call: AdminCall) => unknown;
}
