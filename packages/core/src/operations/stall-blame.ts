import type { AsyncLocalStorage } from 'node:async_hooks';
import { fileURLToPath } from 'node:url';
import { findCode } from '../lifecycle/plugin-crash.ts';
import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import { authorsPosition } from '../runtimes/module/stack-trace-mapping.ts';
import type { StallBlame } from '../runtimes/stall-watch/stall-watch.ts';
import type { StoppedSite } from '../runtimes/stall-watch/stall-thread.ts';
import type { CallOwner } from '../scope/call-gate.ts';
import { findInPlugins } from './stack-owner.ts';

/** How many call sites are told of. */
const mostFrames = 10;

/** Whose code runs at these call sites: the first that lies in a plugin says so, else the async context. */
export function blameFor(
  sites: readonly StoppedSite[],
  { registry, attribution }: { registry: PluginRegistry; attribution: AsyncLocalStorage<CallOwner> },
): StallBlame | undefined {
  return blameFrames(sites.map(frameOf), registry, attribution.getStore());
}

/** The same for the lines of a stack trace. */
export function blameFrames(
  frames: readonly string[],
  registry: PluginRegistry,
  owner: CallOwner | undefined,
): StallBlame | undefined {
  const byStack = findInPlugins(frames, registry);
  const plugin = byStack?.supervisor.plugin ?? owner?.plugin;
  if (plugin === undefined) return undefined;
  const generation = owner?.plugin === plugin ? owner.generation : undefined;
  const directory = byStack?.directory;
  return {
    plugin,
    generation,
    directory,
    digest: findCode(registry.get(plugin)?.running ?? [], { generation, directory })?.release.digest,
    where: byStack?.where,
    frames: frames.slice(0, mostFrames).map((frame) => frame.trim()),
  };
}

function frameOf({ name, url, line, column }: StoppedSite): string {
  const script = url.startsWith('file:') ? fileURLToPath(url) : url;
  const position = authorsPosition(script, line + 1, column + 1);
  const place = `${position.path}:${position.line}:${position.column}`;
  return name === '' ? `at ${place}` : `at ${name} (${place})`;
}
