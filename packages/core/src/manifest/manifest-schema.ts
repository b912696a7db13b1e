import semver from 'semver';
import { z } from 'zod';
import { describeError } from '../errors/describe-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { ConfigSchemaCheck } from './config-schema-check.ts';
import { configFields } from './config-field.ts';
import { reservedNameReason } from './reserved-names.ts';

const json: z.ZodType<Json> = z.json();
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

const entry = z.looseObject({
  entry: z.string().min(1).max(500).describe('Relative path of the entry file inside the plugin folder.'),
});

const frontend = z.looseObject({
  entry: z.string().min(1).max(500).describe('Relative path of the ES module that browsers load.'),
  css: z
    .array(z.string().min(1).max(500))
    .max(20)
    .default([])
    .describe('Relative paths of style sheets that belong to it.'),
  shared: z.string().min(1).max(20).default('v1').describe('Version of the modules that the page shares with it.'),
});

const author = z.union([
  z.string().max(200),
  z.looseObject({
    name: z.string().max(200),
    email: z.string().max(200).optional(),
    url: z.string().max(500).optional(),
  }),
]);

const milliseconds = z.int().min(1).max(86_400_000);
const limits = z.looseObject({
  requestTimeoutMs: milliseconds.default(30_000).describe('Time limit of one request, in milliseconds.'),
  maxConcurrentRequests: z.int().min(1).optional().describe('Requests answered at a time; more are refused with 503.'),
  drainMs: milliseconds
    .optional()
    .describe(
      'How long calls in flight may take to end at a reload or disable, in milliseconds; default: that of the host.',
    ),
  migrateMs: milliseconds.default(60_000).describe('Time limit of migrate, in milliseconds.'),
  onLoadMs: milliseconds.default(30_000).describe('Time limit of onLoad, in milliseconds.'),
  onEnableMs: milliseconds.default(30_000).describe('Time limit of onEnable, in milliseconds.'),
  onDisableMs: milliseconds.default(10_000).describe('Time limit of onDisable and of onUnload, in milliseconds.'),
});

const indexList = z.array(z.union([z.string(), z.array(z.string())]));
const storage = z.looseObject({
  collections: z
    .record(z.string(), z.looseObject({ indexes: indexList.optional(), unique: indexList.optional() }))
    .optional(),
  storageEngine: json.optional().describe('Accepted and ignored: one row per document, always.'),
});

const dependencies = z.record(pluginName, versionRange);

/** What the members of a field definition must look like, so that values can be checked against it. */
const fieldShape = z.looseObject({
  options: z.array(json).optional(),
  enum: z.array(json).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().refine(isPattern, 'not a regular expression').optional(),
  required: z.boolean().optional(),
  secret: z.boolean().optional(),
});

function isPattern(pattern: string): boolean {
  return failureOf(() => new RegExp(pattern, 'u')) === undefined;
}

function failureOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

const configSection = jsonObject.superRefine((config, context) => {
  for (const [key, field] of configFields(config)) {
    const { error } = fieldShape.safeParse(field);
    for (const { path, message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: [key, ...path], message });
  }
});

const configSchema = jsonObject.superRefine((schema, context) => {
  const message = failureOf(() => new ConfigSchemaCheck(schema));
  if (message !== undefined) context.addIssue({ code: 'custom', message: `cannot be checked against: ${message}` });
});

/** The manifest as authors write it; the JSON Schema for editors is generated from this. */
export const pluginManifestSchema = z.looseObject({
  $schema: z.string().optional(),
  name: pluginName.refine((name) => reservedNameReason(name) === undefined, {
    error: (issue) => `${reservedNameReason(String(issue.input))}; choose another name`,
  }),
  version: z
    .string()
    .max(100)
    .refine(
      (version) => /^\d\S*$/.test(version) && semver.valid(version) !== null,
      'not a semantic version, for example "1.0.0" or "2.1.0-beta.1"',
    ),
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
  frontend: frontend.optional(),
  runtime: z.enum(['module', 'legacy', 'worker', 'isolated', 'process', 'container', 'script']).default('module'),
  reload: z.enum(['swap', 'restart']).default('swap'),
  dependencies: dependencies.default({}),
  optionalDependencies: dependencies.default({}),
  config: configSection.default({}),
  configSchema: configSchema.optional().describe('JSON Schema 2020-12 for the whole configuration.'),
  events: z
    .record(z.string(), z.looseObject({ payload: json.optional(), description: z.string().max(500).optional() }))
    .default({}),
  storage: storage.optional(),
  limits: limits.prefault({}),
});

/** The known keys of the sections whose other keys are likely mistakes, by section; `''` is the manifest itself. */
export const manifestSections: ReadonlyMap<string, readonly string[]> = new Map([
  ['', Object.keys(pluginManifestSchema.shape)],
  ['backend', Object.keys(entry.shape)],
  ['frontend', Object.keys(frontend.shape)],
  ['limits', Object.keys(limits.shape)],
  ['storage', Object.keys(storage.shape)],
]);

/** A manifest that passed the schema, with the schema's own defaults filled in. */
export type CheckedManifest = z.output<typeof pluginManifestSchema>;
