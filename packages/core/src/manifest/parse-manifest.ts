import type { z } from 'zod';
import { PluginError, type Issue } from '../errors/plugin-error.ts';
import type { Json } from '../protocol/json.ts';
import { readJsonSource, type JsonSource } from './json-source.ts';
import { pointerOf } from '../errors/json-pointer.ts';
import { isJsonObject } from './json-object.ts';
import { closestName } from './closest-name.ts';
import { manifestSections, pluginManifestSchema } from './manifest-schema.ts';
import { completeManifest, type PluginManifest } from './plugin-manifest.ts';

/** So many faults or warnings are told one by one; of the others only the number. */
const maxIssues = 100;

/** Larger manifests are refused before they are parsed. */
export const maxManifestBytes = 1024 * 1024;

/** A manifest that can be used, and what its author should look at. */
export interface ParsedManifest {
  readonly manifest: PluginManifest;
  readonly warnings: readonly Issue[];
}

/**
 * Turns the text of a `plugin.json` into a manifest.
 * Throws `MANIFEST_INVALID` with every issue as `file:line:column`; unknown keys are warnings.
 */
export function parseManifest(text: string, file: string): ParsedManifest {
  if (Buffer.byteLength(text) > maxManifestBytes) throw manifestTooLarge(file);
  const result = readJsonSource(text);
  if ('issues' in result) throw manifestInvalid(file, result.issues);
  const parsed = pluginManifestSchema.safeParse(result.source.value);
  if (!parsed.success) throw manifestInvalid(file, toIssues(parsed.error, result.source));
  return { manifest: completeManifest(parsed.data), warnings: unknownKeys(result.source) };
}

/** The error for a manifest file over `maxManifestBytes`, for readers that look at the size first. */
export function manifestTooLarge(file: string): PluginError {
  return manifestInvalid(file, [{ pointer: '', message: 'the file is larger than 1 MiB', line: 1, column: 1 }]);
}

/** Makes the error that lists what is wrong with a manifest, each with its place. */
export function manifestInvalid(file: string, all: readonly Issue[]): PluginError {
  const more = all.length - maxIssues;
  const issues = more > 0 ? [...all.slice(0, maxIssues), { pointer: '', message: `and ${more} more` }] : all;
  const lines = issues.map((issue) => {
    const where = issue.line === undefined ? file : `${file}:${issue.line}:${issue.column ?? 1}`;
    return `${where}: ${issue.pointer === '' ? '' : `${issue.pointer}: `}${issue.message}`;
  });
  return new PluginError('MANIFEST_INVALID', lines.join('\n'), { issues });
}

function toIssues(error: z.ZodError, source: JsonSource): Issue[] {
  return error.issues.map((issue) => ({
    pointer: pointerOf(issue.path),
    message: issue.message,
    ...source.locate(issue.path),
  }));
}

function unknownKeys(source: JsonSource): Issue[] {
  const unknown = [...manifestSections].flatMap(([section, known]) => {
    const path = section === '' ? [] : [section];
    return keysAt(source.value, path)
      .filter((key) => !known.includes(key))
      .map((key) => ({ path: [...path, key], key, known }));
  });
  const warnings = unknown.slice(0, maxIssues).map(({ path, key, known }) => {
    const meant = closestName(key, known);
    const message = `unknown key "${key}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
    return { pointer: pointerOf(path), message, ...source.locate(path) };
  });
  const more = unknown.length - maxIssues;
  return more > 0 ? [...warnings, { pointer: '', message: `and ${more} more unknown keys` }] : warnings;
}

function keysAt(value: Json, path: readonly string[]): string[] {
  const section = path.reduce<Json | undefined>(
    (parent, step) => (isJsonObject(parent) ? parent[step] : undefined),
    value,
  );
  return isJsonObject(section) ? Object.keys(section) : [];
}
