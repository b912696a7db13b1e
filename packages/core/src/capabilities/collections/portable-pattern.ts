import { unstorableReason } from '../../manifest/storable-json.ts';
import type { Refuse } from './checked-json.ts';
import { characterClasses, lineEnds, withBothCases, writeClass, type CodePoints } from './character-set.ts';

const maxLength = 500;
/** What a pattern may become when its `{n,m}` are written out; databases have such a bound too. */
const maxWeight = 2_000;
const maxRepetitions = 255;
const maxNesting = 50;

/** A written part of a pattern, and how many characters it would be without `{n,m}`. */
interface Part {
  readonly text: string;
  readonly weight: number;
}

/** Writes a JavaScript regular expression so that it means the same to PostgreSQL; see `matches` of `DocumentFilter`. */
export function portablePattern(source: string, flags: string, refuse: Refuse): string {
  const unknown = /[^dgimsu]/u.exec(flags)?.[0];
  if (unknown !== undefined) throw refuse(`the flag "${unknown}" of a pattern is none of i, m, s, g, u, d`);
  if (source.length > maxLength) throw refuse(`the pattern has more than ${maxLength} characters`);
  const problem = unstorableReason(source);
  if (problem !== undefined) throw refuse(`the pattern cannot be used: ${problem}`);
  return new PatternWriter(source, flags, refuse).write();
}

const quantifier = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/;
const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' };

const word = writeClass(characterClasses['w'] ?? [], false);
const wordEdge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
const noWordEdge = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
const lineBegin = `(?:^|(?<=${writeClass(lineEnds, false)}))`;
const lineEnd = `(?:$|(?=${writeClass(lineEnds, false)}))`;

class PatternWriter {
  readonly #source: string;
  readonly #refuse: Refuse;
  readonly #ignoresCase: boolean;
  readonly #dotFindsAll: boolean;
  readonly #anchorsAtLines: boolean;
  #rest: string;

  constructor(source: string, flags: string, refuse: Refuse) {
    this.#source = source;
    this.#rest = source;
    this.#refuse = refuse;
    this.#ignoresCase = flags.includes('i');
    this.#dotFindsAll = flags.includes('s');
    this.#anchorsAtLines = flags.includes('m');
  }

  write(): string {
    const { text, weight } = this.#alternatives(0);
    if (this.#rest !== '') throw this.#unusable('a ")" closes nothing');
    if (weight > maxWeight) throw this.#unusable('it repeats too much');
    return text;
  }

  #alternatives(nesting: number): Part {
    if (nesting > maxNesting) throw this.#unusable('its groups are nested too deep');
    const branches = [this.#branch(nesting)];
    while (this.#takes('|')) branches.push(this.#branch(nesting));
    return { text: branches.map(({ text }) => text).join('|'), weight: sum(branches) };
  }

  #branch(nesting: number): Part {
    const parts: Part[] = [];
    while (this.#rest !== '' && !this.#rest.startsWith('|') && !this.#rest.startsWith(')')) {
      parts.push(this.#repeated(nesting));
    }
    return { text: parts.map(({ text }) => text).join(''), weight: sum(parts) };
  }

  #repeated(nesting: number): Part {
    const anchor = this.#anchor();
    if (anchor) return anchor;
    const atom = this.#atom(nesting);
    const [written, least, most] = this.#take(quantifier) ?? [];
    if (written === undefined) return atom;
    // whether it takes as much or as little as it can makes no difference to whether anything is found
    this.#takes('?');
    const times = Math.max(Number(least ?? 1), Number(most || 1), 1);
    if (times > maxRepetitions) throw this.#unusable(`{n,m} counts beyond ${maxRepetitions}`);
    if (most && Number(most) < Number(least)) throw this.#unusable('the numbers of {n,m} are in the wrong order');
    if (quantifier.test(this.#rest)) throw this.#unusable('there is nothing to repeat');
    return { text: `${atom.text}${written}`, weight: atom.weight * times };
  }

  /** What finds a place and no characters. */
  #anchor(): Part | undefined {
    const found = this.#take(/^(?:[$^]|\\[bB])/)?.[0];
    if (found === undefined) return undefined;
    if (quantifier.test(this.#rest)) throw this.#unusable('an anchor cannot be repeated');
    if (found === '\\b') return { text: wordEdge, weight: 4 };
    if (found === '\\B') return { text: noWordEdge, weight: 4 };
    if (!this.#anchorsAtLines) return { text: found, weight: 1 };
    return { text: found === '^' ? lineBegin : lineEnd, weight: 2 };
  }

  #atom(nesting: number): Part {
    if (this.#takes('(')) return this.#group(nesting);
    if (this.#takes('[')) return this.#class();
    if (this.#takes('.')) return { text: this.#dotFindsAll ? '.' : writeClass(lineEnds, true), weight: 1 };
    if (this.#takes('\\')) return this.#escape();
    if (/^[*+?]/.test(this.#rest) || quantifier.test(this.#rest)) throw this.#unusable('there is nothing to repeat');
    return this.#characters(onePoint(this.#character()), false);
  }

  #group(nesting: number): Part {
    // names are of use to replacements only
    const begin = this.#take(/^\?(?::|<?[=!]|<\w+>)/)?.[0] ?? '?:';
    if (this.#rest.startsWith('?'))
      throw this.#unusable(`there is no group that begins with (${this.#rest.slice(0, 2)}`);
    const { text, weight } = this.#alternatives(nesting + 1);
    if (!this.#takes(')')) throw this.#unusable('a group has no end');
    if (!/[=!]$/.test(begin)) return { text: `(?:${text})`, weight };
    if (quantifier.test(this.#rest)) throw this.#unusable('what only looks around cannot be repeated');
    return { text: `(${begin}${text})`, weight };
  }

  #escape(): Part {
    const negated = this.#take(/^[DWS]/)?.[0];
    if (negated !== undefined) return this.#characters(characterClasses[negated.toLowerCase()] ?? [], true);
    return this.#characters(this.#escaped(), false);
  }

  #class(): Part {
    const negated = this.#takes('^');
    const set: CodePoints[] = [];
    while (!this.#takes(']')) {
      const from = this.#member();
      const isRange = this.#rest.startsWith('-') && !this.#rest.startsWith('-]');
      set.push(...(isRange ? this.#range(from) : from));
    }
    if (set.length === 0) throw this.#unusable('[] and [^] are not supported');
    return this.#characters(set, negated);
  }

  #range(from: readonly CodePoints[]): readonly CodePoints[] {
    this.#takes('-');
    const to = this.#member();
    const [first, last] = [onlyPoint(from), onlyPoint(to)];
    // like JavaScript: what stands beside a class is a dash
    if (first === undefined || last === undefined) return [...from, ...onePoint('-'), ...to];
    if (first > last) throw this.#unusable('a range ends before it begins');
    return [[first, last]];
  }

  #member(): readonly CodePoints[] {
    if (this.#rest === '') throw this.#unusable('a class has no end');
    return this.#takes('\\') ? this.#escaped() : onePoint(this.#character());
  }

  /** What an escape stands for, the backslash being taken. */
  #escaped(): readonly CodePoints[] {
    const [, short, long] = this.#take(/^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/) ?? [];
    const hexadecimal = short ?? long;
    if (hexadecimal !== undefined) return [this.#point(Number.parseInt(hexadecimal, 16))];
    if (this.#rest === '') throw this.#unusable('it ends with a backslash');
    const character = this.#character();
    const set = characterClasses[character];
    if (set) return set;
    const control = controls[character];
    if (control !== undefined) return onePoint(control);
    if (/[A-Za-z0-9]/.test(character)) throw this.#unusable(`\\${character} is not supported here`);
    return onePoint(character);
  }

  #point(point: number): CodePoints {
    const problem = unstorableReason(String.fromCharCode(point));
    if (problem !== undefined) throw this.#unusable(problem);
    return [point, point];
  }

  #characters(set: readonly CodePoints[], negated: boolean): Part {
    const wanted = this.#ignoresCase ? withBothCases(set) : set;
    if (!wanted) throw this.#unusable('a class is too wide for its case to be ignored');
    return { text: writeClass(wanted, negated), weight: 1 };
  }

  #character(): string {
    return this.#take(/^./su)?.[0] ?? '';
  }

  #takes(text: string): boolean {
    const isNext = this.#rest.startsWith(text);
    if (isNext) this.#rest = this.#rest.slice(text.length);
    return isNext;
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.#rest) ?? undefined;
    if (found) this.#rest = this.#rest.slice(found[0].length);
    return found;
  }

  #unusable(problem: string): Error {
    const hint =
      'Patterns may have anchors, classes, \\d \\w \\s \\b, groups, look-around, alternatives and quantifiers; everything else is left out, because databases understand it differently.';
    return this.#refuse(`the pattern /${this.#source}/ cannot be used: ${problem}`, hint);
  }
}

function onePoint(character: string): readonly CodePoints[] {
  const point = character.codePointAt(0) ?? 0;
  return [[point, point]];
}

function onlyPoint(set: readonly CodePoints[]): number | undefined {
  const [[from, to] = [0, 1]] = set;
  return set.length === 1 && from === to ? from : undefined;
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((total, { weight }) => total + weight, 0);
}
