import path from 'node:path';
import { PluginError, isPluginError } from '../../errors/plugin-error.ts';
import type { Release } from '../../manifest/release.ts';
import { ResourceLedger } from '../../scope/resource-ledger.ts';
import type { LoadedPlugin, Runtime, RuntimeSession } from '../runtime.ts';
import { exportedPlugin } from './exported-plugin.ts';
import { createHostPackages, type HostPackages } from './host-packages.ts';
import { moduleFailure } from './module-failure.ts';
import { ModuleGraph, type ModuleGraphParts } from './module-graph.ts';
import { ModuleSourceCache } from './module-source-cache.ts';
import type { Namespace } from './namespace.ts';
import { NativeGenerations, canLoadNatively, type WarnOfLeak } from './native-generations.ts';
import { NativeModules } from './native-modules.ts';
import { TrackedBuiltins } from './tracked/tracked-builtins.ts';
import { loadTransformer } from './transformer.ts';

/** What the runtime has to know about its host. */
export interface ModuleRuntimeOptions {
  /** Where packages shared with the host resolve from; default `process.cwd()`. */
  readonly hostDirectory?: string | undefined;
  /** Packages of which plugins get the host's copy, beside `@catalyst-plugins/core`. */
  readonly sharedPackages?: readonly string[] | undefined;
  /** Modules that the host hands to plugins itself, by exact specifier; loaded before the first plugin. */
  readonly providedModules?: Readonly<Record<string, () => Namespace | Promise<Namespace>>> | undefined;
  /** Told at each load that leaves code in memory, which happens only where the transformer has no binary. */
  readonly onLeak?: WarnOfLeak | undefined;
}

/** Runs plugins inside the host's process, each generation in modules of its own. */
export function createModuleRuntime(options: ModuleRuntimeOptions = {}): Runtime {
  const sources = new ModuleSourceCache();
  let hostPackages: Promise<HostPackages> | undefined;
  let nativeGenerations: NativeGenerations | undefined;
  const openNatives = async ({
    resources,
    stalls,
  }: RuntimeSession): Promise<Pick<ModuleGraphParts, 'natives' | 'builtins'>> => {
    hostPackages ??= openHostPackages(options);
    const builtins = new TrackedBuiltins(resources, stalls);
    const onPackage = (directory: string): void => resources.adoptPackage(directory);
    return { builtins, natives: new NativeModules({ hostPackages: await hostPackages, builtins, onPackage }) };
  };
  return {
    kind: 'module',
    async load(release, session) {
      if (release.entry === undefined) return withoutCode;
      const natives = await openNatives(session);
      const transformer = await loadTransformer(release.plugin);
      await session.stalls?.ownTurn();
      if (isPluginError(transformer)) {
        nativeGenerations ??= new NativeGenerations(options.onLeak);
        return loadNatively(release, release.entry, {
          ...natives,
          generations: nativeGenerations,
          unavailable: transformer,
        });
      }
      const parts = { release, sources, ...natives, transformer };
      return loadEntry(release, release.entry, new ModuleGraph(parts));
    },
    async check(release) {
      if (release.entry === undefined) return;
      const transformer = await loadTransformer(release.plugin);
      // without it nothing can be said before the code runs
      if (isPluginError(transformer)) return;
      const natives = await openNatives({ resources: unusedLedger(release) });
      const graph = new ModuleGraph({ release, sources, ...natives, transformer });
      try {
        graph.check(release.entry);
      } finally {
        graph.release();
      }
    },
  };
}

async function openHostPackages({
  hostDirectory,
  sharedPackages,
  providedModules,
}: ModuleRuntimeOptions): Promise<HostPackages> {
  const provided = new Map<string, Namespace>();
  for (const [specifier, load] of Object.entries(providedModules ?? {})) provided.set(specifier, await load());
  return createHostPackages({
    hostDirectory: hostDirectory ?? process.cwd(),
    sharedPackages: sharedPackages ?? [],
    provided,
  });
}

async function loadEntry(release: Release, entry: string, graph: ModuleGraph): Promise<LoadedPlugin> {
  try {
    if (!graph.has(entry))
      throw new PluginError('ENTRY_NOT_FOUND', `The entry ${path.relative(release.directory, entry)} does not exist.`, {
        plugin: release.plugin,
      });
    const record = await graph.load(entry);
    return loadedPlugin(release.plugin, exportedPlugin(release, record), graph);
  } catch (thrown) {
    const failure = moduleFailure(release, thrown, graph.failedFile(thrown));
    graph.release();
    throw failure;
  }
}

interface NativeLoading {
  readonly natives: NativeModules;
  readonly generations: NativeGenerations;
  readonly unavailable: PluginError;
}

async function loadNatively(
  release: Release,
  entry: string,
  { natives, generations, unavailable }: NativeLoading,
): Promise<LoadedPlugin> {
  if (!canLoadNatively(entry)) throw unavailable;
  try {
    const namespace = await generations.load(release, entry, natives);
    return loadedPlugin(release.plugin, exportedPlugin(release, { path: entry, namespace }));
  } catch (thrown) {
    throw moduleFailure(release, thrown, entry);
  }
}

/** For code that is looked at and never runs. */
function unusedLedger({ plugin, directory }: Release): ResourceLedger {
  return new ResourceLedger({
    owner: { plugin, generation: 0 },
    directory,
    now: () => 0,
    currentOwner: () => undefined,
    ledgers: new WeakMap(),
    onFailure: () => undefined,
  });
}

function loadedPlugin(name: string, plugin: object, graph?: ModuleGraph): LoadedPlugin {
  let held: object | undefined = plugin;
  return {
    has: (hook) => held !== undefined && typeof Reflect.get(held, hook) === 'function',
    call(hook, args) {
      if (held === undefined)
        throw new PluginError('SCOPE_CLOSED', `${hook} cannot be called: the code was released.`, { plugin: name });
      const called: unknown = Reflect.get(held, hook);
      return typeof called === 'function' ? Reflect.apply(called, held, args) : undefined;
    },
    traces: () => (held === undefined ? [] : [held, ...(graph?.traces() ?? [])]),
    release() {
      held = undefined;
      graph?.release();
    },
  };
}

const withoutCode: LoadedPlugin = { has: () => false, call: () => undefined, release: () => undefined };
