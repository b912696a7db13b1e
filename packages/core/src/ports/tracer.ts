/** A span of `@opentelemetry/api`, as far as the host needs it. */
export interface TraceSpan {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  recordException(exception: { readonly name: string; readonly message: string; readonly stack?: string }): void;
  end(): void;
}

/** A tracer of `@opentelemetry/api`, or one like it. */
export interface Tracer {
  /** Begins a span within the one that is active, and runs code in which it is the active one. */
  startActiveSpan(
    name: string,
    options: { readonly attributes: Record<string, string | number> },
    run: (span: TraceSpan) => unknown,
  ): unknown;
}
