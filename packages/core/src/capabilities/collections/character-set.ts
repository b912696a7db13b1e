/** Code points from one to another, both included. */
export type CodePoints = readonly [from: number, to: number];

const code = (character: string): number => character.codePointAt(0) ?? 0;
const range = (from: string, to = from): CodePoints => [code(from), code(to)];

/** What `\d`, `\w` and `\s` mean in JavaScript. */
export const characterClasses: Readonly<Record<string, readonly CodePoints[]>> = {
  d: [range('0', '9')],
  w: [range('A', 'Z'), range('a', 'z'), range('0', '9'), range('_')],
  s: [
    range('\t', '\r'),
    range(' '),
    range('\u00a0'),
    range('\u1680'),
    range('\u2000', '\u200a'),
    range('\u2028', '\u2029'),
    range('\u202f'),
    range('\u205f'),
    range('\u3000'),
    range('\ufeff'),
  ],
};

/** What `.` does not find in JavaScript. */
export const lineEnds: readonly CodePoints[] = [range('\n'), range('\r'), range('\u2028', '\u2029')];

/** How many characters a class may span whose case is ignored; each is looked at. */
const maxFolded = 2_000;

/** The same characters and those that differ from one of them in case only; `undefined` when they are too many to look at. */
export function withBothCases(set: readonly CodePoints[]): CodePoints[] | undefined {
  const size = set.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (size > maxFolded) return undefined;
  const folded: CodePoints[] = [...set];
  const isIn = (point: number): boolean => folded.some(([from, to]) => from <= point && point <= to);
  for (const [from, to] of set) {
    for (let point = from; point <= to; point += 1) {
      const character = String.fromCodePoint(point);
      for (const variant of [character.toLowerCase(), character.toUpperCase()]) {
        // some letters become two: they have no other case here
        const isOne = String.fromCodePoint(code(variant)) === variant;
        if (isOne && !isIn(code(variant))) folded.push(range(variant));
      }
    }
  }
  return folded;
}

/** A class that finds one of the characters, or one that is none of them. */
export function writeClass(set: readonly CodePoints[], negated: boolean): string {
  const [[first, last] = [0, 0]] = set;
  if (!negated && set.length === 1 && first === last) return writeCharacter(first);
  const members = set.map(([from, to]) =>
    from === to ? writeCharacter(from) : `${writeCharacter(from)}-${writeCharacter(to)}`,
  );
  return `[${negated ? '^' : ''}${members.join('')}]`;
}

/** Spelled so that it stands for itself everywhere in a pattern. */
function writeCharacter(point: number): string {
  const character = String.fromCodePoint(point);
  if (point > 0xffff || /[A-Za-z0-9]/.test(character)) return character;
  return `\\u${point.toString(16).padStart(4, '0')}`;
}
