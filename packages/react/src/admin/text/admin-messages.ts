import type { FrontendErrorKind } from '../../frontends/frontend-error.ts';
import type { OperationPhase, PluginState } from '@catalyst-plugins/core/protocol';
import type { FormMessages } from '../../form/form-messages.ts';
import type { Connection } from '../../store/live-connection.ts';
import type { ConfigMessages } from './config-messages.ts';
import type { ObservationMessages } from './observation-messages.ts';

/** The commands whose results are told. */
export type ToldCommand = 'enable' | 'disable' | 'reload' | 'rollback' | 'update-config' | 'clear-data';

/** Every sentence and word of the panel, in one language. */
export interface AdminMessages {
  /** Of this language, for dates and numbers. */
  readonly locale: string;
  readonly plugins: string;
  readonly states: Readonly<Record<PluginState, string>>;
  readonly phases: Readonly<Record<OperationPhase, string>>;
  readonly connection: Readonly<Record<Connection['state'], string>>;
  readonly list: ListMessages;
  readonly bulk: BulkMessages;
  readonly commands: CommandMessages;
  readonly errors: ErrorMessages;
  readonly detail: DetailMessages;
  readonly frontend: FrontendMessages;
  readonly danger: DangerMessages;
  readonly config: ConfigMessages;
  readonly form: FormMessages;
  readonly observation: ObservationMessages;
}

export interface ListMessages {
  readonly loading: string;
  readonly emptyTitle: string;
  readonly emptyText: string;
  readonly noMatch: string;
  readonly showAll: string;
  readonly rescan: string;
  readonly rescanned: string;
  readonly search: string;
  readonly filters: Readonly<
    Record<'all' | 'active' | 'unwell' | 'disabled' | 'failed' | 'waiting' | 'changing', string>
  >;
  readonly filter: string;
  readonly sort: string;
  readonly sorts: Readonly<Record<'name' | 'state', string>>;
  readonly attention: (count: number) => string;
  readonly columns: Readonly<Record<'plugin' | 'state' | 'figures' | 'health' | 'actions', string>>;
  readonly perSecond: (requests: string) => string;
  readonly within: (time: string) => string;
  /** Where the server has not answered yet. */
  readonly notKnown: string;
  readonly noFigures: string;
  readonly noChecks: string;
  readonly select: (plugin: string) => string;
  readonly selectAll: string;
  readonly shown: (count: number) => string;
}

export interface BulkMessages {
  readonly selected: (count: number) => string;
  readonly running: string;
  readonly clear: string;
  readonly results: (command: ToldCommand, succeeded: number, failed: number) => string;
  readonly succeeded: string;
  readonly close: string;
}

export interface CommandMessages {
  readonly names: Readonly<Record<ToldCommand, string>>;
  readonly done: (plugin: string, command: ToldCommand) => string;
  readonly failed: (plugin: string, command: ToldCommand, reason: string) => string;
  readonly busy: Readonly<Record<ToldCommand, string>>;
  readonly on: string;
  readonly off: string;
  /** To somebody who may not change anything. */
  readonly readOnly: string;
  readonly switchLabel: (plugin: string) => string;
  readonly retry: string;
  readonly cancel: string;
  readonly reload: (plugin: string) => string;
  readonly disableTitle: (plugin: string) => string;
  readonly disableCalls: (count: number) => string;
  readonly disableDependants: (count: number) => string;
  readonly alsoDisable: string;
  readonly waitForCalls: string;
  readonly waitForCallsHint: string;
  readonly stopNow: string;
  readonly stopNowHint: string;
  readonly cascadeTitle: (plugin: string, command: ToldCommand) => string;
  readonly cascadeText: string;
  readonly consentTitle: (plugin: string) => string;
  readonly consentText: string;
  /** Where nothing is left to be asked. */
  readonly consentDecided: string;
  readonly grantAnd: (command: ToldCommand) => string;
  readonly review: string;
  readonly draining: (count: number) => string;
  readonly drainEnds: (seconds: number) => string;
  readonly force: string;
  readonly forced: (plugin: string) => string;
  readonly oldestCall: (label: string) => string;
}

export interface ErrorMessages {
  readonly loadTitle: string;
  readonly again: string;
  /** `time` is absent when nothing was heard yet. */
  readonly offline: (time: string | undefined) => string;
  readonly stale: (reason: string) => string;
  /** Where the server was not reached. */
  readonly unreachable: string;
  readonly unreachableHint: string;
  /** Where it answered with something else than the admin API does; what it said follows. */
  readonly misunderstood: (status: number) => string;
  readonly misunderstoodHint: string;
  readonly dismiss: string;
  readonly copy: string;
  readonly copied: string;
  /** Where the browser does not let the page copy. */
  readonly notCopied: string;
  /** Where the code of a part of the panel cannot be loaded. */
  readonly partTitle: string;
  readonly partText: string;
  /** Where a part of the panel has thrown. */
  readonly brokenTitle: string;
  readonly brokenText: string;
  readonly reloadPage: string;
}

export interface FrontendMessages {
  readonly failed: string;
  /** What the kinds of errors mean; of others it is the server or the plugin that says it. */
  readonly problems: Readonly<Partial<Record<FrontendErrorKind, string>>>;
  readonly off: string;
  readonly turnOff: string;
  readonly turnOn: string;
}

export interface DetailMessages {
  readonly back: string;
  readonly missing: (plugin: string) => string;
  readonly missingText: string;
  readonly loading: string;
  readonly by: (author: string) => string;
  readonly sections: string;
  readonly tabs: Readonly<Record<'overview' | 'config' | 'runtime' | 'logs' | 'health' | 'audit' | 'danger', string>>;
  readonly now: string;
  /** Since when the present release is live. */
  readonly since: string;
  readonly diagnostics: string;
  readonly generation: string;
  readonly runtime: string;
  readonly inFlight: string;
  readonly registrations: string;
  readonly needs: string;
  readonly needsNothing: string;
  readonly neededBy: string;
  readonly neededByNobody: string;
  readonly optional: string;
  readonly permissions: string;
  readonly noPermissions: string;
  readonly grant: string;
  readonly revoke: string;
  readonly grantStates: Readonly<Record<'granted' | 'revoked' | 'pending', string>>;
  readonly grantOf: (permission: string) => string;
  readonly revokeOf: (permission: string) => string;
  readonly changedGrant: (permission: string, state: 'granted' | 'revoked') => string;
  readonly lastFailure: string;
  readonly warnings: string;
  readonly live: string;
  readonly notLive: string;
  readonly leftBehind: string;
}

export interface DangerMessages {
  readonly releases: string;
  readonly releasesText: string;
  readonly present: string;
  readonly noReleases: string;
  readonly rollbackTo: (version: string) => string;
  readonly rollbackTitle: (plugin: string, version: string) => string;
  readonly rollbackText: string;
  readonly reset: string;
  readonly resetText: string;
  readonly resetTitle: (plugin: string) => string;
  readonly resetConfirm: string;
  readonly resetNothing: string;
  readonly resetDone: (plugin: string) => string;
  readonly clear: string;
  readonly clearText: string;
  readonly clearTitle: (plugin: string) => string;
  readonly clearConfirm: string;
  /** Why it cannot be done now. */
  readonly clearWhileOff: string;
  /** Asks for the name, so that nothing is deleted by a slip. */
  readonly clearName: (name: string) => string;
}
