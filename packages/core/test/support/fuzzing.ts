import * as fc from 'fast-check';
import { triedProperty, type TriedProperty } from '../../src/testing/contracts/property-runs.ts';

/** How often a property is tried, a few times by default, and from which seed. */
export function fuzzing(name: string, runs: number): TriedProperty {
  return triedProperty(name, { runs });
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
