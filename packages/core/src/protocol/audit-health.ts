/** How the writing of the audit log goes. */
export interface AuditHealth {
  /** Entries that wait to be written. */
  readonly waiting: number;
  /** Entries that were lost since the host started. */
  readonly dropped: number;
  /** Whether the last attempt to write came to nothing. */
  readonly failing: boolean;
}
