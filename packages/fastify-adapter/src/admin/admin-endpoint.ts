import { PluginError, type CommandOptions, type PluginHost } from '@catalyst-plugins/core';
import type { AdminPermission, PluginDetail } from '@catalyst-plugins/core/protocol';
import type { z } from 'zod';

/** A request to the admin API, checked, by somebody who may. */
export interface AdminCall {
  readonly host: PluginHost;
  readonly actor: string;
  /** Who gives a command, why, and with which request, as the host's commands take it. */
  readonly by: Required<Pick<CommandOptions, 'actor' | 'request'>> & Pick<CommandOptions, 'reason'>;
  /** Everything that whoever asks may do. */
  readonly permissions: () => Promise<readonly AdminPermission[]>;
  readonly params: { readonly name?: string; readonly id?: string };
  readonly query: unknown;
  readonly body: unknown;
  /** A header of the request. */
  readonly header: (name: string) => string | undefined;
  readonly setHeader: (name: string, value: string) => void;
  /** Answers with another status than 200. */
  readonly setStatus: (status: number) => void;
}

/** An answer that is not JSON: `run` returns its text or a stream of it, and sets `content-type` where there are several. */
export interface OtherAnswer {
  /** What there is in each media type. */
  readonly mediaTypes: Readonly<Record<string, { readonly description: string; readonly example: string }>>;
}

/** Whether an answer is something other than JSON. */
export function isOtherAnswer(answer: AdminEndpoint['answer']): answer is OtherAnswer {
  return 'mediaTypes' in answer;
}

/** One endpoint: the routes and the OpenAPI document are made from the same list. */
export interface AdminEndpoint {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix, in Fastify's form. */
  readonly path: string;
  /** `undefined` for what everybody may see. */
  readonly permission: AdminPermission | undefined;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Headers that requests may have, with what they are for. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Headers of the answer, with what they say. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  readonly answer: z.ZodType | OtherAnswer;
  /** Further statuses that the answer may come with, and what they say. */
  readonly furtherStatuses?: Readonly<Record<string, string>>;
  readonly run: (call: AdminCall) => unknown;
}

/**
 * What endpoints of one plugin begin with. No plugin can be called `-`, so nothing below it is in the way of a plugin's
 * own routes; only what the Catalyst platform has there itself is under the plugin's name.
 */
export const ofPlugin = '/-/:name';

/** Everything about the plugin that a call names. Throws `PLUGIN_NOT_FOUND`. */
export function detailOf({ host, params: { name = '' } }: AdminCall): PluginDetail {
  const detail = host.get(name);
  if (!detail) throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  return detail;
}

/** The answer to a command that was carried out. */
export function done(call: AdminCall, what: string): object {
  const data = detailOf(call);
  return { success: true, message: `Plugin "${data.displayName}" was ${what}.`, data };
}
