/** What a request to the admin API needs the right to. */
export type AdminPermission = 'plugins.read' | 'plugins.write' | 'plugins.install';

/** What whoever asks may do. */
export interface AdministratorRights {
  /** As it stands in the audit log. */
  readonly id: string;
  readonly permissions: readonly AdminPermission[];
}
