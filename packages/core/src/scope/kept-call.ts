import type { GatewayRequest } from '../ports/http-gateway.ts';
import type { CallKind } from './call-meter.ts';
import type { CallSpan } from './call-tracer.ts';

/** A call that the gate keeps. Each knows its place, so that taking one out costs the same however many there are. */
export interface KeptCall {
  readonly kind: CallKind;
  readonly label: string;
  /** By `Clock.elapsed`, in milliseconds. */
  startedAt: number;
  /** Where it is in the list; -1 once it left. */
  place: number;
  /** Where calls are traced. */
  span?: CallSpan | undefined;
  /** Another call that is over and still counted. */
  nextLate?: KeptCall | undefined;
}

/** What a gate keeps: what it makes itself, and requests. */
export type Call = (KeptCall & Partial<Omit<GatewayRequest, 'kind'>>) | GatewayRequest;

/** A call for whose end somebody waits. */
export type WaitedCall = KeptCall & Partial<Pick<GatewayRequest, 'cut' | 'watch'>>;
