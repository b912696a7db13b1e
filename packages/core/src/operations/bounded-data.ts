import { describeError } from '../errors/describe-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** In characters of JSON. */
const largestData = 16 * 1024;
const longestText = 500;
const mostParts = 100;
const deepest = 8;

/** A copy of what an entry says, cut to a size that a log can keep; a change must not fail because of its entry. */
export function boundedData(data: JsonObject): JsonObject {
  let text: string;
  try {
    text = JSON.stringify(data);
  } catch (error) {
    return { unreadable: describeError(error) };
  }
  const copy: JsonObject = JSON.parse(text);
  if (text.length <= largestData) return copy;
  const shorter = shortened(copy, 0) as JsonObject;
  if (JSON.stringify(shorter).length <= largestData) return { ...shorter, shortened: true };
  const single = Object.entries(shorter).filter(([, value]) => typeof value !== 'object' || value === null);
  return { ...Object.fromEntries(single.slice(0, mostParts / 5)), shortened: true };
}

/** A text that a log can keep. */
export function boundedText(text: string, longest: number = longestText * 4): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function shortened(value: Json, depth: number): Json {
  if (typeof value === 'string') return boundedText(value, longestText);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === deepest) return '…';
  if (Array.isArray(value)) return value.slice(0, mostParts).map((part) => shortened(part, depth + 1));
  const members = Object.entries(value).slice(0, mostParts);
  return Object.fromEntries(members.map(([key, part]) => [boundedText(key, longestText), shortened(part, depth + 1)]));
}
