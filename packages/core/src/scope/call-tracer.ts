import { AsyncLocalStorage } from 'node:async_hooks';
import { describeError } from '../errors/describe-error.ts';
import type { TraceSpan, Tracer } from '../ports/tracer.ts';
import { isFailure, type CallKind, type CallOutcome } from './call-meter.ts';

/** What is traced: a call into a plugin, or a command on it. */
export interface TracedWork {
  readonly plugin: string;
  /** What of it, for people; no values of users. */
  readonly label: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

export interface CallTracerOptions {
  readonly tracer: Tracer;
  /** What a plugin threw, without its secrets. */
  readonly redact: (plugin: string, thrown: unknown) => unknown;
  /** Hears of a tracer that throws; the work goes on without a span. */
  readonly onFailure: (error: unknown) => void;
}

/** The status of OpenTelemetry for what failed. */
const failedStatus = 2;

/** One call or command while it is traced. */
export class CallSpan {
  readonly #span: TraceSpan;
  readonly #plugin: string;
  readonly #options: CallTracerOptions;
  /** Calls back in the context in which the span is the active one. */
  readonly #inContext = AsyncLocalStorage.snapshot();

  /** To be made where the span is active. */
  constructor(span: TraceSpan, plugin: string, options: CallTracerOptions) {
    this.#span = span;
    this.#plugin = plugin;
    this.#options = options;
  }

  /** Runs code whose own spans belong into this one. */
  run<T>(call: () => T): T {
    return this.#inContext(call);
  }

  /** Writes down why it fails. */
  fail(thrown: unknown): void {
    this.#tell(() => {
      const error = this.#options.redact(this.#plugin, thrown);
      const message = describeError(error);
      const { name = 'Error', stack } = error instanceof Error ? error : {};
      this.#span.recordException({ name, message, ...(stack === undefined ? {} : { stack }) });
      this.#span.setStatus({ code: failedStatus, message });
    });
  }

  end(outcome: CallOutcome): void {
    this.#tell(() => {
      this.#span.setAttribute('catalyst.outcome', outcome);
      // a status that says why is there already
      if (isFailure(outcome) && outcome !== 'failed') this.#span.setStatus({ code: failedStatus, message: outcome });
      this.#span.end();
    });
  }

  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}

/** Makes a span of the host's tracer for each call into a plugin, and for each command on one. */
export class CallTracer {
  readonly #options: CallTracerOptions;

  constructor(options: CallTracerOptions) {
    this.#options = options;
  }

  /** Begins the span of a call, within the span that is active where it is made. */
  call(
    kind: CallKind,
    label: string,
    { plugin, generation }: { plugin: string; generation: number },
  ): CallSpan | undefined {
    return this.begin({ plugin, label, attributes: { 'catalyst.generation': generation, 'catalyst.call': kind } });
  }

  begin({ plugin, label, attributes }: TracedWork): CallSpan | undefined {
    const { tracer, onFailure } = this.#options;
    let made: CallSpan | undefined;
    try {
      const options = { attributes: { 'catalyst.plugin': plugin, ...attributes } };
      tracer.startActiveSpan(`${plugin} ${label}`, options, (span) => {
        made = new CallSpan(span, plugin, this.#options);
      });
    } catch (error) {
      onFailure(error);
    }
    return made;
  }
}
