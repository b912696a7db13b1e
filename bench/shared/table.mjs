/** Rows as a table, for a terminal and for Markdown alike; the first row is the head. */
export function alignedTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

/** A number with about three digits that count. */
export function figure(value) {
  if (value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** A whole number. */
export function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}

/** A lowest and a highest value. */
export function figures([lowest, highest]) {
  return `${figure(lowest)}–${figure(highest)}`;
}

/** Bytes in MB. */
export function megabytes(bytes) {
  return figure(bytes / 1_000_000);
}
