import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../ports/clock.ts';
import type { CallMeter } from './call-meter.ts';
import type { CallTracer } from './call-tracer.ts';
import type { LoopTime } from './loop-time.ts';

/** To whom running code belongs; found through AsyncLocalStorage wherever the code got to. */
export interface CallOwner {
  readonly plugin: string;
  readonly generation: number;
}

export interface CallGateOptions {
  readonly owner: CallOwner;
  readonly attribution: AsyncLocalStorage<CallOwner>;
  readonly clock: Clock;
  /** How long a request may take before it is answered for the plugin, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly meter: CallMeter;
  readonly loopTime: LoopTime;
  /** Absent when nobody traces calls. */
  readonly tracer?: CallTracer | undefined;
  /** Hears of calls that failed and that nobody waited for. */
  readonly onFailure: (label: string, error: unknown) => void;
}
