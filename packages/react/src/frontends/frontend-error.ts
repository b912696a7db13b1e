/**
 * What went wrong with a frontend: it was not reached (`network`) or refused (`http`), its code failed when it was loaded
 * (`evaluation`), exports no frontend (`invalid-module`), needs what the page does not share (`shared-missing`) or shares
 * in another version (`version`); the server cannot serve it (`unserved`); or a view of it failed (`render`).
 */
export type FrontendErrorKind =
  | 'network'
  | 'http'
  | 'evaluation'
  | 'invalid-module'
  | 'shared-missing'
  | 'version'
  | 'unserved'
  | 'render';

/** What a `FrontendError` may have beside its sentence. */
export interface FrontendErrorOptions extends ErrorOptions {
  readonly detail?: string | undefined;
}

/** Why the frontend of a plugin does not show. */
export class FrontendError extends Error {
  override readonly name = 'FrontendError';
  readonly plugin: string;
  readonly kind: FrontendErrorKind;
  /** What the kind does not say: the words of the browser or the plugin, a status, a version. */
  readonly detail: string | undefined;

  constructor(plugin: string, kind: FrontendErrorKind, message: string, options?: FrontendErrorOptions) {
    super(message, options);
    this.plugin = plugin;
    this.kind = kind;
    this.detail = options?.detail;
  }
}

/** What was thrown, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
