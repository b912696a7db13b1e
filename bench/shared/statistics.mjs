/** The middle value. */
export function median(values) {
  return percentile(values, 0.5);
}

/** The value that a share of the values does not exceed, between neighbours by their distance. */
export function percentile(values, share) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((left, right) => left - right);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return below + (above - below) * (position % 1);
}

/** The lowest and the highest value. */
export function range(values) {
  return [Math.min(...values), Math.max(...values)];
}

/** Takes the middle of rounds, which is what figures are made of. */
export function acrossRounds(values) {
  return { median: median(values), range: range(values) };
}
