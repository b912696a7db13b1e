import type { CallKind, RefusalReason, RequestOutcome } from '../protocol/plugin-metrics.ts';

/** Every kind of call. */
export const callKinds = ['request', 'task', 'event', 'message', 'api', 'hook'] as const satisfies readonly CallKind[];

/** Every way that a request can end in. */
export const requestOutcomes = [
  '2xx',
  '3xx',
  '4xx',
  '5xx',
  'timeout',
  'cut',
  'aborted',
] as const satisfies readonly RequestOutcome[];

/** Every reason for which a request does not reach a plugin. */
export const refusalReasons = [
  'overloaded',
  'no-route',
  'inactive',
  'changed',
  'unauthorized',
  'rejected',
] as const satisfies readonly RefusalReason[];

/** Lists that name less than there is do not compile. */
export type AllAreNamed = [
  Exclude<CallKind, (typeof callKinds)[number]>,
  Exclude<RequestOutcome, (typeof requestOutcomes)[number]>,
  Exclude<RefusalReason, (typeof refusalReasons)[number]>,
] extends [never, never, never]
  ? true
  : never;
