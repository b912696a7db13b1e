/** Tells capabilities what a plugin may do; asked at every call, so that a revocation takes effect with the next one. */
export interface GrantReader {
  has(plugin: string, permission: string): boolean;
}
