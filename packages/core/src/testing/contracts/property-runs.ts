import * as fc from 'fast-check';

/** How many random inputs of a property are tried, and which: the same seed makes the same ones, none makes others each time. */
export interface PropertyRuns {
  readonly runs?: number;
  readonly seed?: number;
}

/** What fast-check is told of that. */
export interface TriedProperty {
  readonly numRuns: number;
  readonly seed: number;
  readonly verbose: fc.VerbosityLevel;
}

/**
 * How often the property of this name is tried, and from which seed. `CATALYST_FUZZ_RUNS` is a number for every property,
 * or one for each that it names, as in `manifests=100000,commands=2000`; these come from other inputs each time.
 * `CATALYST_FUZZ_SEED` repeats. The seed is printed then, and by fast-check at a failure.
 */
export function triedProperty(name: string, { runs = 100, seed }: PropertyRuns): TriedProperty {
  const given = runsOf(name, process.env['CATALYST_FUZZ_RUNS']);
  const givenSeed = process.env['CATALYST_FUZZ_SEED'];
  const fixed = given === undefined ? seed : undefined;
  const tried = {
    numRuns: given ?? runs,
    seed: givenSeed === undefined ? (fixed ?? Math.floor(Math.random() * 2 ** 31)) : Number(givenSeed),
  };
  if (given !== undefined) process.stdout.write(`fuzzing: ${name}: ${tried.numRuns} runs from seed ${tried.seed}\n`);
  return { ...tried, verbose: fc.VerbosityLevel.Verbose };
}

function runsOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const named = given.split(',').map((part) => part.split('='));
  const [, ofName = named[0]?.length === 1 ? given : undefined] = named.find(([other]) => other === name) ?? [];
  if (ofName === undefined) return undefined;
  const runs = Number(ofName);
  if (Number.isInteger(runs) && runs > 0) return runs;
  throw new Error(`CATALYST_FUZZ_RUNS: "${ofName}" is not a whole number above 0`);
}
