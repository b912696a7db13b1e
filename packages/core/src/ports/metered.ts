import type { CallKind, RefusalReason, RequestOutcome } from '../protocol/plugin-metrics.ts';

/** Every kind of call. */
export const callKinds: readonly CallKind[] = keysOf<CallKind>({
  request: true,
  task: true,
  event: true,
  message: true,
  api: true,
  hook: true,
});

/** Every way that a request can end in. */
export const requestOutcomes: readonly RequestOutcome[] = keysOf<RequestOutcome>({
  '2xx': true,
  '3xx': true,
  '4xx': true,
  '5xx': true,
  timeout: true,
  cut: true,
  aborted: true,
});

/** Every reason for which a request does not reach a plugin. */
export const refusalReasons: readonly RefusalReason[] = keysOf<RefusalReason>({
  overloaded: true,
  'no-route': true,
  inactive: true,
  changed: true,
  unauthorized: true,
  rejected: true,
});

/** Of an object, since one that lacks a member of the union does not compile. */
function keysOf<Key extends string>(all: Readonly<Record<Key, true>>): Key[] {
  return Object.keys(all) as Key[];
}
