/**
 * A section whose results are cases: `{ what, figure, bound, held, shownBy }`, each a text but `held`, which says whether
 * the figure is within its bound, `problems`, what to look at when it is not, `note`, what the table has no room for, and
 * `node`, the version of Node where that is another one than runs this.
 */
export function caseSection(section) {
  return {
    ...section,
    rows: (cases) => [
      ['What', 'Figure', 'Bound', 'Held', 'Shown by'],
      ...cases.map((one) => [titleOf(one), one.figure, one.bound, one.held ? 'yes' : '**no**', one.shownBy]),
    ],
    byNode: (cases, own) =>
      [...new Set([own, ...cases.map(({ node = own }) => node)])].map((version) => [
        version,
        cases.flatMap(({ node = own, ...one }) => (node === version ? [one] : [])),
      ]),
    summary: (cases) =>
      [
        `**${cases.filter(({ held }) => held).length} of ${cases.length} held. ${cases[0].what}: ${cases[0].figure}.**`,
        ...cases.flatMap(({ note }) => (note === undefined ? [] : [note])),
      ].join('\n\n'),
    failures: (cases) =>
      cases
        .filter(({ held }) => !held)
        .map((one) => {
          const { figure, bound, problems = [] } = one;
          return [`${titleOf(one)}: ${figure}, not ${bound}`, ...problems.slice(0, 10)].join('\n  ');
        }),
  };
}

function titleOf({ what, node }) {
  return node === undefined ? what : `${what} (Node ${Number.parseInt(node.slice(1), 10)})`;
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
