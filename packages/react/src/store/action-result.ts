import type { PluginApiError } from '../client/plugin-api-error.ts';

/** How a command ended; actions never throw, and their errors are kept in the store too. */
export type ActionResult = { readonly ok: true } | { readonly ok: false; readonly error: PluginApiError };
