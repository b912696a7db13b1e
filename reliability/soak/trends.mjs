import { median } from '../../bench/shared/statistics.mjs';

/** Samples after the first fifth, in which caches fill and code is compiled. */
export function afterWarmUp(samples) {
  return samples.slice(Math.ceil(samples.length / 5));
}

/** How much a member of samples grows in an hour: the median of the slopes of all pairs, which no single sample can bend. */
export function growthPerHour(samples, member) {
  const slopes = samples.flatMap((sample, index) =>
    samples.slice(index + 1).map((later) => (later[member] - sample[member]) / (later.at - sample.at)),
  );
  return (median(slopes) ?? 0) * 3_600;
}

/** The middle of the first and of the last third of samples. */
export function thirds(samples, member) {
  const length = Math.max(1, Math.floor(samples.length / 3));
  const values = samples.map((sample) => sample[member]);
  return [median(values.slice(0, length)), median(values.slice(-length))];
}
