import type { Issue } from './plugin-error.ts';

/** Escapes one segment of a JSON pointer (RFC 6901). */
export function escapePointer(segment: PropertyKey): string {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The JSON pointer to what a path leads to, `''` for the whole. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${escapePointer(step)}`).join('');
}

/** What a schema found wrong, as issues with pointers. */
export function issuesOf(
  found: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): Issue[] {
  return found.map(({ path, message }) => ({ pointer: pointerOf(path), message }));
}
