import type { RefusedRequest } from './operations/host-audit.ts';
import type { AuditEntry, AuditQuery, AuditRecord } from './ports/audit-log.ts';
import type { AuditHealth } from './protocol/audit-health.ts';

/** What happened on a host, for administrators. */
export interface PluginAudit {
  /** The audit log, newest first; what the host has written down so far is in it. Throws `REQUEST_INVALID`. */
  audit(query?: AuditQuery): Promise<AuditRecord[]>;
  /**
   * All entries that a query finds, newest first, read page by page as they are asked for; without `limit` all of them.
   * What is written meanwhile is left out.
   */
  exportAudit(query?: AuditQuery): AsyncIterable<AuditRecord>;
  /** How the writing of the audit log goes. */
  auditHealth(): AuditHealth;
  /** Hears every entry once it is durable, until the returned function is called. */
  onAudit(listener: (entry: AuditEntry) => void): () => void;
  /**
   * Writes down that a request was refused. Those of one address and code are written once a minute, with how many there
   * were.
   */
  noteRefused(request: RefusedRequest): void;
}
