/** Room for writing down a failure, in calls of a function; the engine ends the process when a pattern is compiled without. */
const callsToWriteDown = 1_000;

/** Whether something was thrown because the stack has ended, and so close by that the failure cannot be written down here. */
export function isEndOfStack(thrown: unknown): boolean {
  if (!(thrown instanceof RangeError)) return false;
  try {
    descend(callsToWriteDown);
    return false;
  } catch {
    return true;
  }
}

function descend(calls: number): number {
  return calls === 0 ? 0 : 1 + descend(calls - 1);
}
