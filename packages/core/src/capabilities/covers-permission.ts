/** Whether one of the permissions that somebody has covers one that is asked for: the same, `tickets.*`, or `*`. */
export function coversPermission(held: Iterable<string>, wanted: string): boolean {
  for (const permission of held) {
    if (permission === wanted || permission === '*') return true;
    if (permission.endsWith('.*') && wanted.startsWith(permission.slice(0, -1))) return true;
  }
  return false;
}
