import { PluginError } from '../errors/plugin-error.ts';
import type { AuditQuery, AuditRecord, AuditResult } from './audit-log.ts';

/** A query that every log understands alike. */
export interface CheckedAuditQuery {
  readonly plugin: string | undefined;
  /** Types, any of which will do; empty for all. */
  readonly types: readonly string[];
  /** Beginnings of types, any of which will do. */
  readonly prefixes: readonly string[];
  readonly actor: string | undefined;
  readonly result: AuditResult | undefined;
  readonly since: Date | undefined;
  readonly until: Date | undefined;
  /** With a to z in place of A to Z. */
  readonly text: string | undefined;
  readonly before: number | undefined;
  readonly limit: number;
}

/** Makes the same of a query for every log. Throws `REQUEST_INVALID`. */
export function checkAuditQuery(query: AuditQuery): CheckedAuditQuery {
  const given = query.type === undefined ? [] : [query.type].flat().map(storableText);
  return {
    plugin: storable(query.plugin),
    types: given.filter((type) => !type.endsWith('*')),
    prefixes: given.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1)),
    actor: storable(query.actor),
    result: query.result,
    since: checkedTime('since', query.since),
    until: checkedTime('until', query.until),
    text: query.text === undefined ? undefined : foldCase(storableText(query.text)),
    before: checkedId(query.before),
    limit: query.limit ?? 100,
  };
}

/** Whether an entry is wanted; what a query means, for logs that do not have a database to ask. */
export function fitsAuditQuery(entry: AuditRecord, query: CheckedAuditQuery): boolean {
  const { plugin, actor, result, since, until, before, text } = query;
  const isOf = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;
  if (!isOf(plugin, entry.plugin) || !isOf(actor, entry.actor) || !isOf(result, entry.result)) return false;
  if (before !== undefined && Number(entry.id) >= before) return false;
  if (since && entry.at < since) return false;
  if (until && entry.at >= until) return false;
  return hasType(entry.type, query) && (text === undefined || hasText(entry, text));
}

function hasType(type: string, { types, prefixes }: CheckedAuditQuery): boolean {
  if (types.length === 0 && prefixes.length === 0) return true;
  return types.includes(type) || prefixes.some((prefix) => type.startsWith(prefix));
}

function hasText({ plugin, type, actor, reason, data }: AuditRecord, text: string): boolean {
  return [plugin, type, actor, reason ?? '', ...textsIn(data)].some((value) => foldCase(value).includes(text));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A to Z only: what else counts as the same letter depends on the language of a database. */
function foldCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** What is kept of a text: characters that no database takes are replaced in entries too. */
function storableText(text: string): string {
  return text
    .replaceAll('\0', '\ufffd')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

function storable(text: string | undefined): string | undefined {
  return text === undefined ? undefined : storableText(text);
}

function checkedTime(member: string, time: Date | undefined): Date | undefined {
  if (time !== undefined && Number.isNaN(time.getTime()))
    throw new PluginError('REQUEST_INVALID', `${member}: expected a time.`);
  return time;
}

/** 15 digits are beyond all ids there will be, and within what numbers and columns can be compared with. */
function checkedId(before: string | undefined): number | undefined {
  if (before === undefined) return undefined;
  if (!/^\d{1,15}$/.test(before))
    throw new PluginError('REQUEST_INVALID', 'before: expected the id of an audit entry.');
  return Number(before);
}
