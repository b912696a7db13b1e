import type { ApiCall, ApiCallOptions } from '../capabilities/apis/apis.ts';

/**
 * What plugins offer each other, for the compiler. A provider merges its APIs into it, and its callers get the types:
 * `declare module '@catalyst-plugins/core' { interface PluginApis { tickets: { open(params: NewTicket): Ticket } } }`.
 * Plugins and APIs that are not in it take and give `unknown`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- declaration merging needs an interface
export interface PluginApis {}

/** Completes to known names without refusing others. */
export type Suggested<Known> = Known | (string & Record<never, never>);

/** The names of a plugin's APIs that are known. */
export type PluginApiName<Plugin> = Plugin extends keyof PluginApis ? keyof PluginApis[Plugin] & string : never;

type Declared<Plugin, Api> = Plugin extends keyof PluginApis
  ? Api extends keyof PluginApis[Plugin]
    ? PluginApis[Plugin][Api]
    : never
  : never;

type Signature<Plugin, Api> = [Declared<Plugin, Api>] extends [never]
  ? (params?: unknown) => unknown
  : Extract<Declared<Plugin, Api>, (params: never) => unknown>;

/** What a call of the API takes: nothing, where the declaration has no parameters. */
export type PluginApiParams<Plugin, Api> = Parameters<Signature<Plugin, Api>>[0];

/** What a call takes beside the names. */
export type PluginApiArguments<Plugin, Api> =
  undefined extends PluginApiParams<Plugin, Api>
    ? [params?: PluginApiParams<Plugin, Api>, options?: ApiCallOptions]
    : [params: PluginApiParams<Plugin, Api>, options?: ApiCallOptions];

/** What a call of the API resolves to. */
export type PluginApiResult<Plugin, Api> = Awaited<ReturnType<Signature<Plugin, Api>>>;

/** Answers the calls to an API; what it returns, or its promise resolves to, is copied to the caller. */
export type PluginApiHandler<Plugin, Api> = (
  params: PluginApiParams<Plugin, Api>,
  call: ApiCall,
) => PluginApiResult<Plugin, Api> | Promise<PluginApiResult<Plugin, Api>>;
