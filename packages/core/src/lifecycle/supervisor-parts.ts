import type { Release } from '../manifest/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { Admission } from './admission.ts';
import type { CrashLimit } from './crash-budget.ts';
import type { CrashRecord } from './crash-record.ts';
import type { DataMigrations } from './data-migrations.ts';
import type { DeclaredIndexes } from './declared-indexes.ts';
import { FailureRecovery, type Quarantine } from './failure-recovery.ts';
import type { BuildGeneration } from './generation-factory.ts';
import type { OperationSource } from './operation.ts';
import { PluginAdmission } from './plugin-admission.ts';
import { PluginGenerations } from './plugin-generations.ts';
import type { PluginJournal } from './plugin-journal.ts';
import type { ReleaseHistory } from './release-history.ts';
import { Retirement } from './retirement.ts';
import { RetryTimer } from './retry-timer.ts';
import type { Shutdown } from './shutdown.ts';
import { StateMachine } from './state-machine.ts';

/** Why a plugin comes up: at a start, by a command, after a pause, or because what it waited for has turned up. */
export type BringUpCause = 'boot' | 'command' | 'retry' | 'unblocked';

/** What a supervisor is told by its host. */
export interface SupervisorOptions {
  /** Loads the code of a release; none of its hooks has run. */
  readonly build: BuildGeneration;
  readonly indexes: DeclaredIndexes;
  readonly migrations: DataMigrations;
  readonly journal: PluginJournal;
  readonly operations: OperationSource;
  readonly admission: Admission;
  readonly clock: Clock;
  /** How long calls in flight may take to end where the manifest does not say, in milliseconds. */
  readonly drainMs: number;
  readonly crashLimit: CrashLimit;
  readonly crashRecord: CrashRecord;
  readonly shutdown: Shutdown;
  /** The release that was left alone when the host ran last. */
  readonly quarantine?: Quarantine | undefined;
}

/** The parts that a supervisor works with; they know each other, and it alone uses them. */
export interface SupervisorParts {
  readonly machine: StateMachine;
  readonly retirement: Retirement;
  readonly retry: RetryTimer;
  readonly recovery: FailureRecovery;
  readonly admission: PluginAdmission;
  readonly generations: PluginGenerations;
}

/** Makes the parts of the supervisor of one plugin. */
export function supervisorParts(
  releases: ReleaseHistory,
  enabled: boolean,
  options: SupervisorOptions & { readonly tryAgain: () => void },
): SupervisorParts {
  const { journal, clock, drainMs, quarantine, admission, shutdown } = options;
  const { plugin, digest } = releases.current;
  const state = quarantine?.digest === digest ? 'quarantined' : enabled ? 'loading' : 'disabled';
  const machine = new StateMachine({ plugin, state, reason: quarantine?.reason }, (next) => {
    journal.announce({ plugin, type: 'plugin:state', actor: 'system', data: { state: next } });
    admission.changed(plugin);
  });
  const retirement = new Retirement({
    clock,
    drainMs,
    shutdown,
    onCut: (cut, operation) => {
      const actor = operation?.forcedBy ?? 'system';
      const reason = operation?.forcedBy === undefined ? 'the time to end was over' : 'the drain was ended';
      journal.note({
        plugin,
        type: 'plugin:drain-cut',
        actor,
        result: 'failed',
        reason,
        data: { cut },
        trace: operation?.trace,
      });
    },
  });
  const retry = new RetryTimer(clock, options.tryAgain);
  const recovery = new FailureRecovery({ ...options, machine, retry, releases, quarantine });
  const pluginAdmission = new PluginAdmission({ admission, machine, journal, releases });
  const onLive = (release: Release): void => {
    recovery.wentLive(release);
    pluginAdmission.wentLive(release);
  };
  const mayRun = (release: Release): boolean => !recovery.isQuarantined(release) && !admission.refusal(release);
  return {
    machine,
    retirement,
    retry,
    recovery,
    admission: pluginAdmission,
    generations: new PluginGenerations({ ...options, releases, retirement, onLive, mayRun }),
  };
}
