import type { Json, JsonObject } from './json.ts';
import type { PluginState, Reason } from './plugin-state.ts';

/** One plugin, as lists show it. Times are ISO 8601. */
export interface PluginSummary {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly author: string | null;
  readonly state: PluginState;
  /** What the administrator wants; `state` says what is. */
  readonly enabled: boolean;
  /** Why it is in its state; `null` while it is active or disabled. */
  readonly reason: Reason | null;
  /** The sentence of the reason or of the last failure, else `null`. */
  readonly error: string | null;
  /** What last went wrong, until something goes right. */
  readonly lastFailure: (Reason & { readonly during: string; readonly at: string }) | null;
  /** Number of the loaded generation, else `null`. */
  readonly generation: number | null;
  readonly runtime: string;
  /** Calls in flight: requests, messages, events, tasks. */
  readonly activeRequests: number;
  readonly canRollback: boolean;
  readonly hasFrontend: boolean;
  readonly permissions: readonly string[];
  /** What the author or the administrator should look at; `code` says what it is where a program may want to know. */
  readonly warnings: readonly { readonly pointer: string; readonly message: string; readonly code?: string }[];
  /** Grows with every change of any plugin of the host; newer records have larger ones. */
  readonly rev: number;
}

/** One registration of a plugin. */
export interface PluginRegistration {
  /** For example `GET /hello`, `task sweep`, `event user:created`. */
  readonly label: string;
  /** Whether it lives until unload or until disable. */
  readonly phase: 'loaded' | 'enabled';
  /** Whether it works now. */
  readonly live: boolean;
}

/** A release that was live and that one can go back to. */
export interface PluginReleaseSummary {
  readonly version: string;
  /** SHA-256 of its files, in hexadecimal. */
  readonly digest: string;
  /** When it last went live; ISO 8601. */
  readonly liveAt: string;
  /** Whether it is the present one. */
  readonly current: boolean;
}

/** What a plugin had not closed when it was disabled, or when a generation of it ended; it was closed for it. */
export interface LeftBehindRecord {
  readonly generation: number;
  readonly at: string;
  /** All of them; those that are named are at most 20 kinds. */
  readonly count: number;
  readonly resources: readonly {
    /** For example `interval at index.js:12`. */
    readonly label: string;
    readonly count: number;
    /** False for what could not be closed without harm to others. */
    readonly closed: boolean;
  }[];
}

/** A generation that is over, and whether its memory is free. */
export interface RetiredGenerationStatus {
  readonly generation: number;
  readonly version: string;
  readonly retiredAt: string;
  /** `pending` until full garbage collections have told; then `collected`, or `held` by something. */
  readonly state: 'collected' | 'pending' | 'held';
  /** How long it has been there since it was retired, in milliseconds; 0 when it is collected. */
  readonly heldForMs: number;
  /** What is known to hold it, where it is held. */
  readonly heldBy: readonly string[];
}

/** Everything about one plugin. */
export interface PluginDetail extends PluginSummary {
  /** The manifest, defaults of secrets left out. */
  readonly manifest: { readonly [member: string]: Json };
  /** The resolved configuration; secrets read `{ "$secret": "set" }`. */
  readonly config: JsonObject;
  readonly configRevision: number;
  readonly registrations: readonly PluginRegistration[];
  /** The last one that was live first. */
  readonly releases: readonly PluginReleaseSummary[];
  /** The last 10, the latest first. */
  readonly leftBehind: readonly LeftBehindRecord[];
  /** The last 10, the latest first. */
  readonly retired: readonly RetiredGenerationStatus[];
}
