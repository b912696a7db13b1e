import type { AuditRecord } from '@catalyst-plugins/core';

/** A form that the audit log can be had in as a file. */
interface AuditExport {
  readonly mediaType: string;
  /** Its text, some lines at a time; entries are read no faster than the text is taken. */
  readonly write: (records: AsyncIterable<AuditRecord>) => AsyncGenerator<string>;
}

/** The forms by name. */
export const auditExports = {
  csv: {
    mediaType: 'text/csv; charset=utf-8',
    write: (records) => inPieces(records, csvLine, `${csvColumns.join(',')}\r\n`),
  },
  ndjson: {
    mediaType: 'application/x-ndjson',
    write: (records) => inPieces(records, (record) => `${JSON.stringify(record)}\n`, ''),
  },
} as const satisfies Record<string, AuditExport>;

const csvColumns = ['id', 'at', 'plugin', 'type', 'result', 'actor', 'reason', 'data'] as const;
/** In characters; less would be a write to the socket for each line. */
const pieceSize = 64 * 1024;

async function* inPieces(
  records: AsyncIterable<AuditRecord>,
  line: (record: AuditRecord) => string,
  head: string,
): AsyncGenerator<string> {
  let piece = head;
  for await (const record of records) {
    piece += line(record);
    if (piece.length < pieceSize) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function csvLine(record: AuditRecord): string {
  const { id, at, plugin, type, result, actor, reason, data } = record;
  const cells = [id, at.toISOString(), plugin, type, result, actor, reason ?? '', JSON.stringify(data)];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Spreadsheets take a cell that begins so for a formula, also within quotes; the apostrophe makes it a text. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
