/**
 * A section whose results are cases: `{ what, figure, bound, held, shownBy }`, each a text but `held`, which says whether
 * the figure is within its bound, `problems`, what to look at when it is not, and `note`, what the table has no room for.
 */
export function caseSection(section) {
  return {
    ...section,
    rows: (cases) => [
      ['What', 'Figure', 'Bound', 'Held', 'Shown by'],
      ...cases.map(({ what, figure, bound, held, shownBy }) => [what, figure, bound, held ? 'yes' : '**no**', shownBy]),
    ],
    summary: (cases) =>
      [
        `**${cases.filter(({ held }) => held).length} of ${cases.length} held. ${cases[0].what}: ${cases[0].figure}.**`,
        ...cases.flatMap(({ note }) => (note === undefined ? [] : [note])),
      ].join('\n\n'),
    failures: (cases) =>
      cases
        .filter(({ held }) => !held)
        .map(({ what, figure, bound, problems = [] }) =>
          [`${what}: ${figure}, not ${bound}`, ...problems.slice(0, 10)].join('\n  '),
        ),
  };
}

/**
 * Runs steps `[what, run]`, each of which resolves to cases, one after the other; one that throws is a case that was not
 * held, so that the others are still tried.
 */
export async function runSteps(steps, shownBy, progress) {
  const cases = [];
  for (const [what, run] of steps) {
    progress(what);
    try {
      cases.push(...(await run()));
    } catch (error) {
      cases.push({ what, figure: 'failed', bound: 'to run', held: false, problems: [String(error?.stack ?? error)] });
    }
  }
  return cases.map((one) => ({ shownBy, ...one }));
}
