import * as fc from 'fast-check';

export interface Fuzzing {
  readonly numRuns: number;
  readonly seed: number;
  readonly verbose: fc.VerbosityLevel;
}

/**
 * How often a property is tried, and from which seed: `CATALYST_FUZZ_RUNS` for each property instead of the few that are
 * tried by default, `CATALYST_FUZZ_SEED` to repeat. The seed is printed with many runs, and by fast-check at a failure.
 */
export function fuzzing(name: string, runs: number): Fuzzing {
  const given = process.env['CATALYST_FUZZ_RUNS'];
  const numRuns = given === undefined ? runs : Number(given);
  const seed = Number(process.env['CATALYST_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (given !== undefined) process.stdout.write(`fuzzing: ${name}: ${numRuns} runs from seed ${seed}\n`);
  return { numRuns, seed, verbose: fc.VerbosityLevel.Verbose };
}

/** Texts and values that have broken programs before. */
export const nastyStrings: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', '__proto__', 'constructor', 'prototype', 'toString', '\ud800', '\0', '../..', '%00', '%2e%2e%2f'),
  fc.constantFrom('{"$secret":"set"}', '<script>', "'; DROP TABLE plugins;--", '☃'.repeat(300), 'x'.repeat(70_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);

/** JSON values with such texts as keys and values, and numbers at the edge. */
export const nastyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, 0, -0, 1e308, -1e308, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, 0.1),
    nastyStrings,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(nastyStrings, tie('value'), { maxKeys: 4 }),
  ),
})).value;
