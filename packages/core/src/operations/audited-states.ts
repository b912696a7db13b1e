import type { JournalEntry } from '../lifecycle/plugin-journal.ts';
import type { Grants, PluginRecord } from '../ports/plugin-store.ts';
import type { JsonObject } from '../protocol/json.ts';

/** What an entry says of a change: the members that are different, as they were and as they are. */
export interface AuditedStep {
  readonly before: JsonObject;
  readonly after: JsonObject;
}

const shown = ['version', 'state', 'enabled', 'generation', 'dataVersion', 'pinned'] as const;

interface AuditedState {
  readonly version: string;
  readonly state: string;
  readonly enabled: boolean;
  readonly generation: number | null;
  readonly dataVersion: string | null;
  /** Digest of the release that an administrator went back to. */
  readonly pinned: string | null;
  readonly grants: Grants;
}

/** What the audit log has said of each plugin, to tell what a change has changed. */
export class AuditedStates {
  readonly #states = new Map<string, AuditedState>();

  /** To be told of every record before its plugin runs. */
  know({ name, version, state, enabled, dataVersion, pinned, grants }: PluginRecord): void {
    const generation = this.#states.get(name)?.generation ?? null;
    this.#states.set(name, {
      version,
      state,
      enabled,
      generation,
      dataVersion,
      pinned: pinned?.digest ?? null,
      grants,
    });
  }

  forget(plugin: string): void {
    this.#states.delete(plugin);
  }

  /** What is different with an entry; `undefined` when nothing is, or nothing is known of the plugin. */
  step(entry: JournalEntry): AuditedStep | undefined {
    const old = this.#states.get(entry.plugin);
    if (!old) return undefined;
    const next = after(old, entry);
    const keys = shown.filter((key) => old[key] !== next[key]);
    const permissions = Object.keys({ ...old.grants, ...next.grants }).filter(
      (permission) => old.grants[permission] !== next.grants[permission],
    );
    if (keys.length === 0 && permissions.length === 0) return undefined;
    const said = (state: AuditedState): JsonObject => ({
      ...Object.fromEntries(keys.map((key) => [key, state[key]])),
      ...(permissions.length > 0 && {
        grants: Object.fromEntries(permissions.map((permission) => [permission, state.grants[permission] ?? null])),
      }),
    });
    return { before: said(old), after: said(next) };
  }

  /** To be told when what an entry says is true. */
  took(entry: JournalEntry): void {
    const old = this.#states.get(entry.plugin);
    if (old) this.#states.set(entry.plugin, after(old, entry));
  }
}

function after(old: AuditedState, { change = {}, generation = old.generation }: JournalEntry): AuditedState {
  const { version = old.version, state = old.state, enabled = old.enabled, grants = old.grants } = change;
  const pinned = change.pinned === undefined ? old.pinned : (change.pinned?.digest ?? null);
  return { version, state, enabled, generation, dataVersion: change.dataVersion ?? old.dataVersion, pinned, grants };
}
