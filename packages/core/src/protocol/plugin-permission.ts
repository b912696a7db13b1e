/** One permission that a plugin asks for. */
export interface PluginPermission {
  readonly permission: string;
  /** Why the plugin needs it, in the words of its manifest. */
  readonly description: string | null;
  /** `pending` while nobody has decided. */
  readonly state: 'granted' | 'revoked' | 'pending';
}

/** What a plugin asks for, and what it was granted. */
export interface PluginPermissions {
  readonly permissions: readonly PluginPermission[];
  /** What the files in its folder ask for beyond what was decided, while an older release runs or none does. */
  readonly pending: readonly PluginPermission[];
}
