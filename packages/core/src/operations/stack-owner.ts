import type { PluginRegistry } from '../lifecycle/plugin-registry.ts';
import type { PluginSupervisor } from '../lifecycle/plugin-supervisor.ts';
import { positionInFolder } from './stack-frames.ts';

/** Where a stack enters a plugin. */
export interface StackOwner {
  readonly supervisor: PluginSupervisor;
  readonly directory: string;
  /** Index of the frame. */
  readonly frame: number;
  /** As `index.js:3:20`. */
  readonly where: string;
}

/** Finds the first frame of a stack that lies in the folder of a plugin, or in the copy of a release that it runs from. */
export function findInPlugins(frames: readonly string[], registry: PluginRegistry): StackOwner | undefined {
  // the longest folder first, for plugins in folders of plugins
  const places = registry
    .all()
    .flatMap((supervisor) => supervisor.directories.map((directory) => ({ supervisor, directory })))
    .toSorted((a, b) => b.directory.length - a.directory.length);
  for (const [frame, line] of frames.entries()) {
    for (const { supervisor, directory } of places) {
      const where = positionInFolder(line, directory);
      if (where !== undefined) return { supervisor, directory, frame, where };
    }
  }
  return undefined;
}
