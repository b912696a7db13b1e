import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RedactText } from '../errors/redact-value.ts';
import type { Json } from '../protocol/json.ts';

/** Folders that paths on machines begin with; a url of a route rarely does. */
const absolute =
  /(?:file:\/\/)?(?:\/(?:home|root|Users|usr|var|opt|etc|tmp|srv|mnt|private|proc|run|data|app)|\b[A-Za-z]:[\\/])[^\s"'`<>:;,()]*/g;

/** Makes texts fit to be passed on: without secrets, and without where on the machine things are. */
export function shareableText(pluginsDir: string, redact: RedactText): RedactText {
  const places = [
    [pluginsDir, '<plugins>'],
    [process.cwd(), '<host>'],
    [os.tmpdir(), '<tmp>'],
    [os.homedir(), '<home>'],
  ] as const;
  const spelled = places
    .flatMap(([folder, name]) => [pathToFileURL(folder).href, folder].map((spelling) => [spelling, name] as const))
    .filter(([spelling]) => spelling.length > 'file:///'.length || spelling.length > 1)
    .filter(([spelling]) => spelling !== 'file:///');
  return (text) => {
    const known = spelled.reduce((rest, [spelling, name]) => rest.replaceAll(spelling, name), redact(text));
    return known.replaceAll(absolute, (found) => `<elsewhere>/${path.basename(found)}`);
  };
}

/** JSON with every text and every key made to fit; a number that is not is taken for its text. */
export function mapTexts(value: Json, change: RedactText): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'number') {
    const text = String(value);
    const changed = change(text);
    return changed === text ? value : changed;
  }
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [change(key), mapTexts(member, change)]));
}
