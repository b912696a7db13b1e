/** Whether a plugin was granted a permission, asked at every use so that a revocation counts at once. */
export interface GrantReader {
  has(plugin: string, permission: string): boolean;
}
