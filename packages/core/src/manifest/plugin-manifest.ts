import semver from 'semver';
import { z } from 'zod';
import type { Json, JsonObject } from '../protocol/json.ts';
import { reservedNameReason } from './reserved-names.ts';

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const jsonObject = z.record(z.string(), json) as unknown as z.ZodType<JsonObject>;

const pluginName = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'a name has lower-case letters, digits and dashes, and begins with a letter or digit')
  .describe('Unique name, also the path segment of the plugin: /api/plugins/<name>/…');

const versionRange = z
  .string()
  .max(100)
  .refine((range) => semver.validRange(range) !== null, 'not a semver range, for example ">=1.0.0", "^1.2.0", "1.x"');

const entry = z.object({
  entry: z.string().min(1).max(500).describe('Relative path of the entry file inside the plugin folder.'),
});

const author = z.union([
  z.string().max(200),
  z.looseObject({ name: z.string().max(200), email: z.string().max(200).optional(), url: z.string().max(500).optional() }),
]);

const milliseconds = z.int().min(1).max(86_400_000);
const limits = z.looseObject({
  requestTimeoutMs: milliseconds.default(30_000).describe('Time limit of one request, in milliseconds.'),
  maxConcurrentRequests: z.int().min(1).optional().describe('Requests answered at a time; more are refused with 503.'),
  onLoadMs: milliseconds.default(30_000).describe('Time limit of onLoad, in milliseconds.'),
  onEnableMs: milliseconds.default(30_000).describe('Time limit of onEnable, in milliseconds.'),
  onDisableMs: milliseconds.default(10_000).describe('Time limit of onDisable and of onUnload, in milliseconds.'),
});

const indexList = z.array(z.union([z.string(), z.array(z.string())]));
const storage = z.looseObject({
  collections: z.record(z.string(), z.looseObject({ indexes: indexList.optional(), unique: indexList.optional() })).optional(),
});

const dependencies = z.record(pluginName, versionRange);

/** The manifest as authors write it; the JSON Schema for editors is generated from this. */
export const pluginManifestSchema = z.looseObject({
  $schema: z.string().optional(),
  name: pluginName.refine((name) => reservedNameReason(name) === undefined, {
    error: (issue) => `${reservedNameReason(String(issue.input))}; choose another name`,
  }),
  version: z
    .string()
    .max(100)
    .refine((version) => semver.valid(version) === version, 'not a semantic version, for example "1.0.0" or "2.1.0-beta.1"'),
  displayName: z.string().min(1).max(100).optional(),
  description: z.string().max(500).default(''),
  author: author.optional(),
  license: z.string().max(100).optional(),
  homepage: z.string().max(500).optional(),
  repository: z.union([z.string().max(500), z.looseObject({ url: z.string().max(500) })]).optional(),
  keywords: z.array(z.string().max(100)).max(100).optional(),
  icon: z.string().max(500).optional(),
  catalystVersion: versionRange.default('*').describe('Range of host versions that the plugin works with.'),
  permissions: z.array(z.string().min(1).max(200)).max(1000).default([]),
  permissionDescriptions: z.record(z.string(), z.string().max(500)).optional(),
  backend: entry.optional(),
  frontend: z.looseObject(entry.shape).optional(),
  runtime: z.enum(['module', 'legacy', 'worker', 'isolated', 'process', 'container', 'script']).default('module'),
  reload: z.enum(['swap', 'restart']).default('swap'),
  dependencies: dependencies.default({}),
  optionalDependencies: dependencies.default({}),
  config: jsonObject.default({}),
  configSchema: jsonObject.optional().describe('JSON Schema 2020-12 for the whole configuration.'),
  events: z.record(z.string(), z.looseObject({ payload: json.optional(), description: z.string().max(500).optional() })).default({}),
  storage: storage.optional(),
  limits: limits.prefault({}),
});

/** What stands in `plugin.json`, checked and with defaults filled in. */
export interface PluginManifest extends Omit<z.output<typeof pluginManifestSchema>, 'displayName' | 'runtime'> {
  readonly displayName: string;
  /** The kind of runtime, with its older names resolved. */
  readonly runtime: RuntimeKind;
}

/** The kinds of runtime that a manifest can ask for. */
export type RuntimeKind = 'module' | 'worker' | 'process' | 'container' | 'script';

/** Fills in what depends on other members: the display name and the modern name of the runtime. */
export function completeManifest(parsed: z.output<typeof pluginManifestSchema>): PluginManifest {
  const olderNames: Partial<Record<string, RuntimeKind>> = { legacy: 'module', isolated: 'worker' };
  return {
    ...parsed,
    displayName: parsed.displayName ?? parsed.name,
    runtime: olderNames[parsed.runtime] ?? (parsed.runtime as RuntimeKind),
  };
}
