/** How many of the times, in milliseconds, lie in the same second as the one before. */
export function doubledRuns(times) {
  const seconds = times.map((at) => Math.floor(at / 1_000));
  return seconds.filter((second, index) => second === seconds[index - 1]).length;
}
