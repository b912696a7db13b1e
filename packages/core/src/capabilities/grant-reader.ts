/** Tells capabilities what a plugin may do; asked at every call, so that a revocation takes effect with the next one. */
export interface GrantReader {
  /** `permissions` are names of the same one. */
  has(plugin: string, ...permissions: readonly string[]): boolean;
}
