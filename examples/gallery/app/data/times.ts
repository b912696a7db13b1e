/** When it is, always, in the gallery. */
export const galleryTime = '2026-03-12T10:04:30.000Z';

/** A moment so many seconds before now; negative ones are to come. */
export function ago(seconds: number): string {
  return new Date(Date.parse(galleryTime) - seconds * 1_000).toISOString();
}

/** A number between 0 and 1 that is the same at every visit, and looks as if it were not. */
export function chance(seed: number): number {
  const wild = Math.sin(seed * 12.9898) * 43_758.5453;
  return wild - Math.floor(wild);
}
