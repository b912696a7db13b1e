import path from 'node:path';
import { PluginError } from '../../errors/plugin-error.ts';
import type { Release } from '../../manifest/release.ts';
import type { LoadedPlugin, Runtime } from '../runtime.ts';
import { exportedPlugin } from './exported-plugin.ts';
import { createHostPackages, type HostPackages } from './host-packages.ts';
import { moduleFailure } from './module-failure.ts';
import { ModuleGraph } from './module-graph.ts';
import { ModuleSourceCache } from './module-source-cache.ts';
import type { Namespace } from './namespace.ts';
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
}

/** Runs plugins inside the host's process, each generation in modules of its own. */
export function createModuleRuntime(options: ModuleRuntimeOptions = {}): Runtime {
  const sources = new ModuleSourceCache();
  let hostPackages: Promise<HostPackages> | undefined;
  return {
    kind: 'module',
    async load(release, { resources }) {
      if (release.entry === undefined) return withoutCode;
      const transformer = await loadTransformer(release.plugin);
      hostPackages ??= openHostPackages(options);
      const builtins = new TrackedBuiltins(resources);
      const onPackage = (directory: string): void => resources.adoptPackage(directory);
      const natives = new NativeModules({ hostPackages: await hostPackages, builtins, onPackage });
      const parts = { release, sources, natives, builtins, transformer };
      return loadEntry(release, release.entry, new ModuleGraph(parts));
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

function loadedPlugin(name: string, plugin: object, graph: ModuleGraph): LoadedPlugin {
  let held: object | undefined = plugin;
  return {
    has: (hook) => held !== undefined && typeof Reflect.get(held, hook) === 'function',
    call(hook, args) {
      if (held === undefined)
        throw new PluginError('SCOPE_CLOSED', `${hook} cannot be called: the code was released.`, { plugin: name });
      const called: unknown = Reflect.get(held, hook);
      return typeof called === 'function' ? Reflect.apply(called, held, args) : undefined;
    },
    traces: () => (held === undefined ? [] : [held, ...graph.traces()]),
    release() {
      held = undefined;
      graph.release();
    },
  };
}

const withoutCode: LoadedPlugin = { has: () => false, call: () => undefined, release: () => undefined };
