import { reasonOf, type Reason } from '../errors/describe-error.ts';
import type { CommandGiver, CommandRequestOrigin, CommandTrace } from '../ports/audit-note.ts';
import type { Clock } from '../ports/clock.ts';
import type { OperationKind, OperationPhase, PluginOperation } from '../protocol/plugin-operation.ts';
import { PhaseProgress } from './operation-progress.ts';
import type { CallGate } from '../scope/call-gate.ts';
import type { CallSpan } from '../scope/call-tracer.ts';

/** Who wants what of which plugin. */
export interface OperationRequest {
  readonly plugin: string;
  readonly kind: OperationKind;
  readonly actor: string;
  /** Whether its drain is over as soon as it begins. */
  readonly force?: boolean | undefined;
  /** Under which it can be followed; a random one when absent. */
  readonly operationId?: string | undefined;
  /** Why, in the words of the actor, and with which request; for the audit. */
  readonly reason?: string | undefined;
  readonly request?: CommandRequestOrigin | undefined;
}

/** Makes operations and keeps them for those who follow. */
export interface OperationSource {
  begin(request: OperationRequest): Operation;
}

export interface OperationParts extends OperationRequest {
  readonly id: string;
  readonly clock: Clock;
  /** Absent when nobody traces commands. */
  readonly span: CallSpan | undefined;
  /** Hears of every step. */
  readonly onChange: (operation: Operation) => void;
  /** Hears once how it ended. */
  readonly onEnd: (operation: Operation, status: 'succeeded' | 'failed') => void;
}

/** Calls that an operation waits for, and how to wait no longer. */
export interface DrainInProgress {
  readonly gate: CallGate;
  /** Milliseconds since the epoch. */
  readonly deadlineAt: number;
  readonly force: () => void;
}

/** How often a drain that goes on is told of, in milliseconds. */
const drainNewsMs = 1_000;
const shownCalls = 20;

/** A command on a plugin while it runs: the supervisor says how far it is, others follow. */
export class Operation {
  readonly #parts: OperationParts;
  readonly #startedAt: number;
  readonly #beganAt: number;
  #endedAt: number | undefined;
  #status: PluginOperation['status'] = 'running';
  readonly #progress: PhaseProgress;
  #error: Reason | undefined;
  #drain: DrainInProgress | undefined;
  /** What is left to say of a drain that is over; the gate would hold the code of the generation. */
  #drained: { readonly deadlineAt: number; readonly cut: number } | undefined;
  #inFlightAtStart = 0;
  #forcedBy: string | undefined;
  /** Pieces of work that have not ended: the command, and what it left to be done in the background. */
  #open = 0;
  #cancelNews: (() => void) | undefined;

  constructor(parts: OperationParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
    this.#beganAt = parts.clock.elapsed();
    this.#progress = new PhaseProgress(parts.kind);
  }

  get id(): string {
    return this.#parts.id;
  }

  get plugin(): string {
    return this.#parts.plugin;
  }

  get kind(): OperationKind {
    return this.#parts.kind;
  }

  get actor(): string {
    return this.#parts.actor;
  }

  /** Who gave the command, and what of it stands in the audit. */
  get giver(): CommandGiver {
    const { actor } = this.#parts;
    return { actor, trace: this.trace };
  }

  /** The command as it stands in the audit. */
  get trace(): CommandTrace {
    const { id: operation, reason, request, clock } = this.#parts;
    const begunAt = this.#beganAt;
    return {
      operation,
      reason,
      request,
      get durationMs() {
        return clock.elapsed() - begunAt;
      },
    };
  }

  get isDraining(): boolean {
    return this.#drain !== undefined;
  }

  /** Who ended the drain before its time. */
  get forcedBy(): string | undefined {
    return this.#forcedBy;
  }

  get hasEnded(): boolean {
    return this.#endedAt !== undefined;
  }

  /** Does the work of the command; the operation ends with it, or with what was added meanwhile. */
  async follow<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#open += 1;
    try {
      const { span } = this.#parts;
      const result = await (span ? span.run(work) : work());
      this.#close();
      return result;
    } catch (error) {
      this.#error = reasonOf(error);
      this.#parts.span?.fail(error);
      this.#end('failed');
      throw error;
    }
  }

  /** Adds work that goes on after the command; it must not fail. */
  add(work: Promise<void>): void {
    this.#open += 1;
    void work.then(() => this.#close());
  }

  enter(phase: OperationPhase): void {
    if (!this.hasEnded && this.#progress.enter(phase)) this.#parts.onChange(this);
  }

  /** Shows the calls that are waited for, until `drained`. */
  draining(drain: DrainInProgress): void {
    this.#drain = drain;
    this.#inFlightAtStart = drain.gate.inFlight;
    if (this.#parts.force === true) this.force(this.actor);
    this.enter('draining');
    this.#tellLater(this.#inFlightAtStart);
  }

  /** To be told how many calls did not end by themselves. */
  drained(cut: number): void {
    this.#cancelNews?.();
    if (this.#drain) this.#drained = { deadlineAt: this.#drain.deadlineAt, cut };
    this.#drain = undefined;
  }

  /** Ends the drain now: what is still in flight is cut. Says whether there was one. */
  force(actor: string): boolean {
    if (!this.isDraining) return false;
    this.#forcedBy = actor;
    this.#drain?.force();
    return true;
  }

  view(): PluginOperation {
    const { id, plugin, kind, actor } = this.#parts;
    return {
      id,
      plugin,
      kind,
      actor,
      status: this.#status,
      phase: this.#progress.phase,
      progress: this.#progress.describe(),
      startedAt: isoTime(this.#startedAt),
      endedAt: this.#endedAt === undefined ? null : isoTime(this.#endedAt),
      error: this.#error ?? null,
      drain: this.#drainView(),
    };
  }

  #drainView(): PluginOperation['drain'] {
    const drain = this.#drain ?? this.#drained;
    if (!drain) return null;
    const calls = this.#drain?.gate.describe() ?? [];
    return {
      inFlightAtStart: this.#inFlightAtStart,
      inFlight: calls.length,
      calls: calls.slice(0, shownCalls).map(({ label, startedAt }) => ({ label, startedAt: isoTime(startedAt) })),
      deadlineAt: isoTime(drain.deadlineAt),
      cut: this.#drained?.cut ?? null,
      forcedBy: this.#forcedBy ?? null,
    };
  }

  #tellLater(told: number): void {
    this.#cancelNews = this.#parts.clock.after(drainNewsMs, () => {
      const inFlight = this.#drain?.gate.inFlight ?? 0;
      if (inFlight !== told) this.#parts.onChange(this);
      this.#tellLater(inFlight);
    });
  }

  #close(): void {
    this.#open -= 1;
    if (this.#open === 0 && !this.hasEnded) this.#end('succeeded');
  }

  #end(status: 'succeeded' | 'failed'): void {
    this.#status = status;
    this.#progress.enter('ended');
    this.#endedAt = this.#parts.clock.now();
    this.#parts.onChange(this);
    this.#parts.span?.end(status === 'failed' ? 'failed' : 'ok');
    this.#parts.onEnd(this, status);
  }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
