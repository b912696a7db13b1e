import type { Release } from '../manifest/release.ts';
import type { RuntimeKind } from '../manifest/plugin-manifest.ts';
import type { ResourceLedger } from '../scope/resource-ledger.ts';
import type { StallWatchAccess } from './stall-watch-access.ts';

/** The hooks that a plugin may have, in the order of its life. */
export const hookNames = [
  'onLoad',
  'onEnable',
  'onConfigChange',
  'onDependencyChange',
  'validateConfig',
  'health',
  'migrate',
  'onDisable',
  'onUnload',
] as const;

export type HookName = (typeof hookNames)[number];

/** The code of one generation, loaded and ready to be called. */
export interface LoadedPlugin {
  has(hook: HookName): boolean;
  /** Calls the hook as a method of the plugin; what it throws is passed on. Only the call gate calls this. */
  call(hook: HookName, args: readonly unknown[]): unknown;
  /** Lets go of the code, so that it can be collected. */
  release(): void | Promise<void>;
  /** Objects that live exactly as long as something holds the code; asked for before `release`. */
  traces?(): readonly object[];
}

/** What a runtime knows of the generation that it loads code for. */
export interface RuntimeSession {
  /** Where it enters what the code opens without telling the host; those who cannot see that leave it empty. */
  readonly resources: ResourceLedger;
  /** Absent when nobody watches the event loop. */
  readonly stalls?: StallWatchAccess | undefined;
}

/** One way to run plugins: in-process modules now; workers, processes, containers and scripts look the same. */
export interface Runtime {
  readonly kind: RuntimeKind;
  /**
   * Loads the code of a release afresh: entry and everything it imports inside the plugin folder.
   * Throws `MODULE_FAILED` (naming file and line), `ENTRY_NOT_FOUND` or `ENTRY_INVALID`.
   */
  load(release: Release, session: RuntimeSession): Promise<LoadedPlugin>;
  /**
   * Rejects when the code of a release cannot be loaded, as far as that shows without running any of it. Tells the
   * watcher that a file is half-written or another one is still to come; a runtime that cannot tell leaves it out.
   */
  check?(release: Release): Promise<void>;
}
