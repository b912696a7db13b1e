import { createRequire } from 'node:module';
import { setImmediate as nextRound } from 'node:timers/promises';
import type { KnownSecrets } from './capabilities/config/known-secrets.ts';
import { PluginError } from './errors/plugin-error.ts';
import type { ResolvedHostOptions } from './host-options.ts';
import type { HostRecords } from './host-records.ts';
import { mapTexts, shareableText } from './operations/shareable-text.ts';
import type { PluginHost } from './plugin-host.ts';
import { giverOf, type CommandOrigin } from './ports/audit-note.ts';
import type { Diagnostics, PluginDiagnostics } from './protocol/diagnostics.ts';
import type { Json, JsonObject } from './protocol/json.ts';

/** What a bundle may take, in characters of its JSON text. */
const mostText = 4 * 1024 * 1024;
/** What one plugin may take of it even if there are very many. */
const leastOfPlugin = 16 * 1024;

const lists = { operations: 50, errors: 100, logs: 200, audit: 100 } as const;

export interface DiagnosticsParts {
  readonly host: PluginHost;
  readonly options: ResolvedHostOptions;
  readonly records: Pick<HostRecords, 'noteDiagnostics'>;
  readonly secrets: KnownSecrets;
}

/** Puts together what is needed to find out what is wrong with a host, or with one of its plugins. */
export async function hostDiagnostics(
  parts: DiagnosticsParts,
  name: string | undefined,
  command: CommandOrigin | undefined,
): Promise<Diagnostics> {
  const { host, records } = parts;
  if (name !== undefined && !host.summary(name))
    throw new PluginError('PLUGIN_NOT_FOUND', `There is no plugin "${name}".`, { plugin: name });
  records.noteDiagnostics(name, giverOf(command));
  return collect(parts, name === undefined ? host.status().map((plugin) => plugin.name) : [name]);
}

async function collect(parts: DiagnosticsParts, plugins: readonly string[]): Promise<Diagnostics> {
  const { host, options, secrets } = parts;
  const change = shareableText(options.pluginsDir, secrets.ofAll());
  const share = Math.max(leastOfPlugin, Math.floor(mostText / Math.max(plugins.length, 1)));
  const collected: PluginDiagnostics[] = [];
  for (const name of plugins) {
    collected.push(fitted(await ofPlugin(parts, name, change), share));
    // others have their turn in between
    await nextRound();
  }
  const { version: framework } = createRequire(import.meta.url)('../package.json') as { readonly version: string };
  const about = {
    at: new Date(options.clock.now()).toISOString(),
    versions: {
      framework,
      host: options.hostVersion,
      node: process.version,
      platform: process.platform,
      arch: process.arch,
    },
    process: host.metrics.snapshot().host,
    host: { ...host.health.overall(), ...host.inspect(), cycles: host.graph().cycles },
    options: optionsInWords(options),
  };
  return { ...(mapTexts(plain(about), change) as unknown as Omit<Diagnostics, 'plugins'>), plugins: collected };
}

async function ofPlugin(
  { host }: DiagnosticsParts,
  name: string,
  change: (text: string) => string,
): Promise<PluginDiagnostics> {
  const audit = await host.audit({ plugin: name, limit: lists.audit }).catch(() => null);
  const found = {
    detail: host.get(name),
    permissions: orNull(() => host.grants.describe(name)),
    dependencies: host.graph().edges.filter(({ from, to }) => from === name || to === name),
    health: orNull(() => ({ ...host.health.of(name), history: host.health.history(name) })),
    metrics: orNull(() => host.metrics.of(name)),
    tasks: orNull(() => host.tasks.list(name)) ?? [],
    operations: host.operations.list(name).slice(0, lists.operations),
    errors: orNull(() => host.logs.errors(name)) ?? [],
    logs: orNull(() => host.logs.read(name, { limit: lists.logs }).lines) ?? [],
    audit,
    isCut: false,
  };
  return mapTexts(plain(found), change) as unknown as PluginDiagnostics;
}

/** Leaves out the oldest half of what is listed, until it fits. */
function fitted(plugin: PluginDiagnostics, share: number): PluginDiagnostics {
  let fit = plugin;
  while (JSON.stringify(fit).length > share) {
    const { logs, errors, audit, operations } = fit;
    if (logs.length + errors.length + (audit?.length ?? 0) + operations.length === 0) break;
    fit = {
      ...fit,
      logs: logs.slice(Math.ceil(logs.length / 2)),
      errors: half(errors),
      audit: audit && half(audit),
      operations: half(operations),
      isCut: true,
    };
  }
  return fit;
}

/** The first half; of lists that have the latest first. */
function half<Entry>(entries: readonly Entry[]): readonly Entry[] {
  return entries.slice(0, Math.floor(entries.length / 2));
}

/** What decides how the host works; what it works with is named by its kind. */
function optionsInWords(options: ResolvedHostOptions): JsonObject {
  const { stores, database, runtimes, archive, users: _users, environment: _environment, ...rest } = options;
  const { logger: _logger, secretKeys: _keys, scheduler, clock: _clock, ...told } = rest;
  return {
    ...(plain(told) as JsonObject),
    pluginsDir: '<plugins>',
    stores: plain(Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, kindOf(store)]))),
    database: { isGiven: database.db !== undefined, aliases: Object.keys(database.aliases) },
    runtimes: runtimes.map(({ kind }) => kind),
    archive: kindOf(archive),
    scheduler: kindOf(scheduler),
  };
}

function kindOf(part: object): string {
  return part.constructor.name;
}

/** As it is in JSON, which has no place for functions. */
function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Folders without a usable plugin have little to tell. */
function orNull<Result>(ask: () => Result): Result | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
